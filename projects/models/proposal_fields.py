"""Fields that can be proposed, of a project and of its place on a list, and how each value is written as JSON.

Amounts are whole CNY, sectors and chain links their codes, days ISO dates. Being on a list is true or false; whoever is
on none has no plan, no days and no status there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateField, Field, ForeignKey, Model
from django.utils.translation import gettext_lazy as _

from projects.periods import check_day
from sectors.texts import check_line, check_text

from .attribution import ReporterField
from .entry import Entry
from .fields import AmountField
from .project import Project

MEMBERSHIP = "entry.programme"
PROPOSABLE: dict[str, Field] = {
    f"{model._meta.model_name}.{name}": model._meta.get_field(name)
    for model, names in (
        (
            Project,
            (
                *("name_zh", "name_en", "basis", "total_investment", "expected_revenue", "sector", "chain_link"),
                *("transferred", "source_province", "total_investment_reported_by", "expected_revenue_reported_by"),
            ),
        ),
        (
            Entry,
            (
                *("programme", "planned_disbursement", "joined", "left", "status", "disbursed_before", "basis"),
                "planned_disbursement_reported_by",
            ),
        ),
    )
    for name in names
}
REPORTERS = frozenset(name for name, field in PROPOSABLE.items() if isinstance(field, ReporterField))
FIGURES = frozenset(name for name, field in PROPOSABLE.items() if isinstance(field, AmountField))

ONLY_JOINED = _("Being on a list is proposed with true; who leaves it is given the day of leaving.")
NO_TEXT = _("That is a text of at most %(count)s characters.")
NO_AMOUNT = _("An amount is a whole number of CNY, or blank.")
NO_DAY = _("That is no day. Type it as 2023-08-31.")
UNKNOWN_VALUE = _("“%(value)s” is not known.")


@dataclass(frozen=True)
class ProposedChange:
    """One field: its value when it was proposed, and the proposed one. `year` is that of the list, for an entry's.

    `taken` is said once the proposal is accepted: whether the proposed value was put in, or the present one kept.
    """

    field: str
    year: int | None
    original: Any
    proposed: Any
    taken: bool | None = None

    @property
    def key(self) -> str:
        """Such as `project.sector`, or `entry.planned_disbursement:2023`."""
        return key_of(self.field, self.year)

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def key_of(field: str, year: int | None) -> str:
    return field if year is None else f"{field}:{year}"


def label_of(field: str) -> Any:
    return _("on the list") if field == MEMBERSHIP else PROPOSABLE[field].verbose_name


def is_of_entry(field: str) -> bool:
    return field.startswith("entry.")


def plain(field: str, record: Model) -> Any:
    """The value of a record as JSON."""
    return as_json(getattr(record, PROPOSABLE[field].name))


def as_json(value: Any) -> Any:
    """A value that a record holds, as JSON."""
    if isinstance(value, Model):
        return value.code
    return value.isoformat() if isinstance(value, dt.date) else value


def parsed(field: str, value: Any) -> Any:
    """The same back again, as the record holds it. Raises `ValidationError` for what the field cannot hold.

    What is not known is null, or "", whichever of the two the field holds it as.
    """
    of = PROPOSABLE[field]
    if value in (None, ""):
        value = None if of.null else ""
    if field == MEMBERSHIP:
        if value is not True:
            raise ValidationError(ONLY_JOINED)
        return value
    if isinstance(of, AmountField):
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise ValidationError(NO_AMOUNT)
        return value
    if isinstance(of, DateField):
        return _day(value)
    if isinstance(of, ForeignKey):
        return _coded(of, value)
    if not of.choices:
        return _line(of, value)
    if not isinstance(value, str) or (value not in dict(of.flatchoices) and not (of.blank and value == "")):
        raise ValidationError(UNKNOWN_VALUE, params={"value": str(value)[:80]})
    return value


def _line(of: Field, value: Any) -> str:
    if not isinstance(value, str) or len(value) > of.max_length:
        raise ValidationError(NO_TEXT, params={"count": of.max_length})
    of.clean(value.strip(), None)
    check_text(value)
    check_line(value)
    return value


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    try:
        day = dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValidationError(NO_DAY) from None
    check_day(day)
    return day


def _coded(of: Field, value: Any) -> Any:
    if value is None and of.null:
        return None
    known = isinstance(value, str) and value.isprintable()
    found = of.related_model.objects.filter(code=value).first() if known else None
    if found is None:
        raise ValidationError(UNKNOWN_VALUE, params={"value": str(value)[:80]})
    return found
