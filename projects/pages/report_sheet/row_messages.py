"""Messages of a row: errors and doubts by field, in the reader's language and the sheet's unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _

from projects import money
from projects.choices import Importance
from projects.models.report import DOES_NOT_FIT, LARGER_THAN_PROJECT, PROBABLY_MEANT
from projects.pages import formatting
from projects.plausibility.checks import take_request_doubts
from projects.plausibility.rules import Doubt

ROW = ""  # where messages about a row as a whole stand


@dataclass(frozen=True)
class RowMessage:
    """One message. `offer` is the figure to fill in instead, as it is typed; empty when there is none."""

    text: str
    offer: str = ""


Messages = dict[str, list[RowMessage]]


def messages_of_error(error: ValidationError, money_form: str) -> Messages:
    """Return the messages of a record's errors by field; a figure in another unit is offered in the right one."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return {_get_field(name): messages_of_errors(errors, money_form) for name, errors in by_field.items()}


def messages_of_errors(errors: Iterable[ValidationError], money_form: str) -> list[RowMessage]:
    rows = []
    for error in errors:
        if error.message is PROBABLY_MEANT:  # told together with the amount that is too large
            continue
        params: Any = error.params
        if error.message is LARGER_THAN_PROJECT:
            rows.append(_build_offer(params["amount"].cny, params["total"].cny, money_form))
        elif error.message is DOES_NOT_FIT:
            values = {
                name: formatting.shortest_money(params[name].cny, money_form)
                for name in ("sum", "quoted", "difference")
            }
            text = _(
                "With this one the year's reports come to %(sum)s %(unit)s, but %(quoted)s is quoted: a difference of "
                "%(difference)s."
            )
            rows.append(RowMessage(text % {**values, "unit": formatting.money_unit(money_form)}))
        else:
            rows += [RowMessage(text) for text in error.messages]
    return rows


def messages_of_texts(by_field: Mapping[str, Iterable[str]]) -> Messages:
    """Return the messages of texts that are in the reader's language already."""
    return {_get_field(name): [RowMessage(text) for text in texts] for name, texts in by_field.items()}


def messages_of_doubts(doubts: Iterable[Doubt], money_form: str) -> tuple[Messages, str]:
    """Return what will have to be confirmed, by field; and all that is unusual, of which the rest stops nobody."""
    by_field: Messages = {}
    texts = []
    for doubt in doubts:
        texts.append(get_doubt_text(doubt, money_form))
        if doubt.rule.importance == Importance.CONFIRM:
            by_field.setdefault(doubt.field, []).append(RowMessage(texts[-1]))
    return by_field, formatting.sentences(texts)


def warn_of_doubts(request: HttpRequest, *, address: str, money_form: str) -> None:
    """Say on the sheet at this address what was doubted of the request: each with its project, a link to its row."""
    sentences = {}
    for doubt in take_request_doubts():
        entry, text = doubt.record.entry, get_doubt_text(doubt, money_form)
        sentences[entry.pk, text] = format_html(
            '<a href="{}#r{}">{}</a>{}{}', address, entry.pk, entry.project.name, _(": "), text
        )
    for sentence in sentences.values():
        messages.warning(request, sentence)


def get_doubt_text(doubt: Doubt, money_form: str) -> str:
    """Return the message of a doubt, with amounts in the unit of the sheet."""

    def write(amount: money.AmountInSentence) -> str:
        return formatting.with_unit(formatting.shortest_money(amount.cny, money_form), money_form)

    return doubt.message_in(write)


def _get_field(name: str) -> str:
    return ROW if name == NON_FIELD_ERRORS else name


def _build_offer(amount: int, total: int, money_form: str) -> RowMessage:
    values = {
        "amount": formatting.shortest_money(amount, money_form),
        "total": formatting.shortest_money(total, money_form),
        "unit": formatting.money_unit(money_form),
    }
    text = _("%(amount)s %(unit)s is more than the whole project, %(total)s %(unit)s.") % values
    meant = _guess_unit(amount, at_most=total, unit=formatting.unit_of(money_form))
    if meant is None:
        return RowMessage(text)
    values["other_unit"], guess = meant
    values["figure"] = formatting.typed_money(guess, money_form)
    offer = _("If %(amount)s is in units of %(other_unit)s, fill in %(figure)s.") % values
    return RowMessage(formatting.sentences([text, offer]), values["figure"])


def _guess_unit(amount: int, *, at_most: int, unit: int) -> tuple[str, int] | None:
    """Return the unit that a figure was probably typed in, and the CNY that it then stands for: the first possible one."""
    smaller = [(money.YI, _("100 million CNY")), (money.MILLION, _("1 million CNY")), (money.WAN, _("10,000 CNY"))]
    if unit != money.BILLION:
        smaller = [(money.WAN, _("10,000 CNY")), (1, _("CNY"))]
    guesses = ((name, amount // (unit // other)) for other, name in smaller if other < unit)
    return next((pair for pair in guesses if 0 < pair[1] <= at_most), None)
