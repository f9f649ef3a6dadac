"""Findings of plausibility rules in rows, in the sheet's unit: before they are submitted, and when they have been."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects import money
from projects.choices import Importance
from projects.pages import formatting
from projects.plausibility.checks import take_request_doubts
from projects.plausibility.rules import Doubt
from projects.text import format_html

from .row_messages import Messages, RowMessage


def doubted(doubts: Iterable[Doubt], form: str) -> tuple[Messages, str]:
    """What will have to be confirmed, by field; and all that is unusual, of which the rest stops nobody."""
    by_field: Messages = {}
    said = []
    for doubt in doubts:
        said.append(_told(doubt, form))
        if doubt.rule.importance == Importance.CONFIRM:
            by_field.setdefault(doubt.field, []).append(RowMessage(said[-1]))
    return by_field, formatting.sentences(said)


def point_out_at_rows(request: HttpRequest, *, address: str, form: str) -> None:
    """Say it on the sheet at this address, with amounts as that writes them: each with its project, a link to its row."""
    said = {}
    for doubt in take_request_doubts():
        entry = doubt.record.entry
        text = _told(doubt, form)
        said[entry.pk, text] = format_html(
            '<a href="{}#r{}">{}</a>{}{}', address, entry.pk, entry.project.name, _(": "), text
        )
    for sentence in said.values():
        messages.warning(request, sentence)


def _told(doubt: Doubt, form: str) -> str:
    def written(amount: money.AmountInSentence) -> str:
        return formatting.with_unit(formatting.shortest_money(amount.cny, form), form)

    return doubt.message_in(written)
