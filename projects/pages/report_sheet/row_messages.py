"""Errors of a row, in the reader's language and unit; a figure in another unit is offered in the right one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from projects import money
from projects.models.report import DOES_NOT_FIT, LARGER_THAN_PROJECT, PROBABLY_MEANT
from projects.pages import formatting

from .row_fields import IN_THE_GRID, label

ROW = ""  # where messages about a row as a whole stand


@dataclass(frozen=True)
class RowMessage:
    """One message. `offer` is the figure to fill in instead, as it is typed; empty when there is none."""

    text: str
    offer: str = ""


Messages = dict[str, list[RowMessage]]


def messages_of(error: ValidationError, form: str) -> Messages:
    """Messages of a record's errors by field; `form` is how amounts are written."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return {_field(name): said_of(errors, form) for name, errors in by_field.items()}


def plain(by_field: Mapping[str, Iterable[str]]) -> Messages:
    """The same for texts that are in the reader's language already."""
    return {_field(name): [RowMessage(text) for text in texts] for name, texts in by_field.items()}


def texts_by_field(messages: Messages) -> dict[str, list[str]]:
    """The same as texts alone."""
    return {name: [each.text for each in said] for name, said in messages.items()}


def said_of(errors: Iterable[ValidationError], form: str) -> list[RowMessage]:
    found = []
    for error in errors:
        if error.message is PROBABLY_MEANT:  # told together with the amount that is too large
            continue
        if error.message is LARGER_THAN_PROJECT:
            found.append(_larger(_cny(error, "amount"), _cny(error, "total"), form))
        elif error.message is DOES_NOT_FIT:
            found.append(_apart(_cny(error, "sum"), _cny(error, "quoted"), _cny(error, "difference"), form))
        else:
            found += [RowMessage(text) for text in error.messages]
    return found


def named(by_field: Messages, *, month: int) -> Messages:
    """The same, each with its field's name where it does not stand right above: two fields may lack the same."""
    return {name: [_named(name, each, month) for each in said] for name, said in by_field.items()}


def _named(name: str, said: RowMessage, month: int) -> RowMessage:
    field = label(name, month=month)
    if name in IN_THE_GRID or not field:
        return said
    return RowMessage(_("%(field)s: %(problem)s") % {"field": field, "problem": said.text}, said.offer)


def _field(name: str) -> str:
    return ROW if name == NON_FIELD_ERRORS else name


def _cny(error: ValidationError, name: str) -> int:
    told: money.AmountInSentence = error.params[name]
    return told.cny


def _larger(amount: int, total: int, form: str) -> RowMessage:
    values = {
        "amount": formatting.shortest_money(amount, form),
        "total": formatting.shortest_money(total, form),
        "unit": formatting.money_unit(form),
    }
    text = _("%(amount)s %(unit)s is more than the whole project, %(total)s %(unit)s.") % values
    meant = _meant(amount, at_most=total, unit=formatting.unit_of(form))
    if meant is None:
        return RowMessage(text)
    values["other_unit"], guess = meant
    values["figure"] = formatting.typed_money(guess, form)
    offer = _("If %(amount)s is in units of %(other_unit)s, fill in %(figure)s.") % values
    return RowMessage(formatting.sentences([text, offer]), values["figure"])


def _meant(amount: int, *, at_most: int, unit: int) -> tuple[str, int] | None:
    """The unit that a figure was probably typed in, and the CNY that it then stands for: the first that is possible."""
    smaller = [(money.YI, _("100 million CNY")), (money.MILLION, _("1 million CNY")), (money.WAN, _("10,000 CNY"))]
    if unit != money.BILLION:
        smaller = [(money.WAN, _("10,000 CNY")), (1, _("CNY"))]
    guesses = ((name, amount // (unit // other)) for other, name in smaller if other < unit)
    return next((pair for pair in guesses if 0 < pair[1] <= at_most), None)


def _apart(reported: int, quoted: int, difference: int, form: str) -> RowMessage:
    values = {
        "sum": formatting.shortest_money(reported, form),
        "quoted": formatting.shortest_money(quoted, form),
        "difference": formatting.shortest_money(difference, form),
        "unit": formatting.money_unit(form),
    }
    said = _(
        "With this one the year's reports come to %(sum)s %(unit)s, but %(quoted)s is quoted: a difference of "
        "%(difference)s."
    )
    return RowMessage(said % values)
