"""Findings of plausibility rules in submitted rows: each with its project, a link to its row, the sheet's unit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects import money
from projects.plausibility import middleware
from projects.text import format_html
from projects.views import formatting


def point_out_at_rows(request: HttpRequest, *, address: str, form: str) -> None:
    """Say it on the sheet at this address, with amounts as that writes them."""

    def written(amount: money.AmountInSentence) -> str:
        return formatting.with_unit(formatting.shortest_money(amount.cny, form), form)

    said = {}
    for doubt in middleware.take_out():
        entry = doubt.record.entry
        text = doubt.message_in(written)
        said[entry.pk, text] = format_html(
            '<a href="{}#r{}">{}</a>{}{}', address, entry.pk, entry.project.name, _(": "), text
        )
    for sentence in said.values():
        messages.warning(request, sentence)
