"""Proposed values in words: a code by its name, an amount as the door writes amounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.models.fields import AmountField
from projects.models.proposal import MEMBERSHIP, PROPOSABLE, ProposedChange, label_of
from sectors.models import ChainLink, Sector, in_language


class Values:
    """Writes values for one answer; the names of sectors and links are looked up once, if at all."""

    def __init__(self, amount: Callable[[int], str]) -> None:
        self.amount = amount

    def text(self, field: str, value: Any) -> str:
        """A value as a reader writes it; empty where nothing is known."""
        if field == MEMBERSHIP:
            return pgettext("list", "on it") if value else pgettext("list", "not on it")
        if value is None or value == "":
            return ""
        of = PROPOSABLE[field]
        if isinstance(of, AmountField):
            return self.amount(value)
        if of.is_relation:
            names = self._sectors if of.related_model is Sector else self._links
            return names.get(value, str(value))
        return str(dict(of.flatchoices).get(value, value))

    @cached_property
    def _sectors(self) -> dict[str, str]:
        return {sector.code: sector.name for sector in Sector.objects.all()}

    @cached_property
    def _links(self) -> dict[str, str]:
        return {link.code: link.name for link in ChainLink.objects.all()}


def change_label(change: ProposedChange) -> str:
    """Such as 'Total investment', 'List of 2023: planned disbursement'."""
    if change.year is None:
        text = str(label_of(change.field))
        return text[:1].upper() + text[1:]
    if change.field == MEMBERSHIP:
        return _("List of %(year)s") % {"year": change.year}
    return _("List of %(year)s: %(field)s") % {"year": change.year, "field": label_of(change.field)}


def changes_text(fields: list[dict[str, Any]], amount: Callable[[int], str]) -> str:
    """The stored changes of a proposal in a row, such as 'Total investment: 18 → 19'."""
    values = Values(amount)
    lines = []
    for change in (ProposedChange(**each) for each in fields):
        original, proposed = (values.text(change.field, value) or "—" for value in (change.original, change.proposed))
        lines.append(f"{change_label(change)}: {original} → {proposed}")
    return in_language("；", "; ").join(lines)
