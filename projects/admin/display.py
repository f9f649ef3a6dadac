"""Display of amounts, dates and marks in the administration's lists and read-only forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import Field, Model
from django.template.defaultfilters import truncatechars
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects import money
from projects.choices import Basis, Light, Unit

NOT_KNOWN = gettext_lazy("not known")
AMOUNT_UNIT = gettext_lazy("billion CNY")  # what amounts are read and typed in; 亿元 in Chinese
_PLACES = {money.YI: 2, money.BILLION: 3}  # of lists
_SHAPES = {
    Light.GREEN: format_html('<circle class="{}" cx="7" cy="7" r="6"/>', "l-green"),
    Light.YELLOW: format_html('<path class="{}" d="M7 1.2 13.2 12.6H.8Z"/>', "l-yellow"),
    Light.RED: format_html('<rect class="{}" x="1.5" y="1.5" width="11" height="11"/>', "l-red"),
}
_MARKS = {Basis.PUBLISHED: "published", Basis.REPORTED: "reported", Basis.ILLUSTRATIVE: "illustrative"}


def dash(title: Any = NOT_KNOWN) -> SafeString:
    """Return what stands where a figure is not known: a dash that says so."""
    return format_html(
        '<span class="na" title="{0}"><span aria-hidden="true">—</span><span class="visually-hidden">{0}</span></span>',
        title,
    )


def list_amount(amount: int | None) -> str:
    """Return CNY as lists show it, in `AMOUNT_UNIT`, with a dash where it is not known."""
    if amount is None:
        return dash()
    return money.format_rounded(amount, money.unit_of_readers(), _PLACES[money.unit_of_readers()])


def exact_amount(amount: int | None) -> str:
    """Return CNY as forms and the history show it: exactly in `AMOUNT_UNIT`, and the whole CNY beside that."""
    if amount is None:
        return dash()
    return format_html(
        '<span class="exact">{} <span class="cny">= {} {}</span></span>',
        amount_in_words(amount),
        f"{amount:,}",
        _("CNY"),
    )


def amount_in_words(amount: int) -> str:
    """Return CNY exactly, within a sentence: '2.16005 billion CNY'."""
    return f"{money.in_unit(amount, money.unit_of_readers())} {AMOUNT_UNIT}"


def basis_mark(basis: str) -> SafeString:
    """Return a basis as mark and word; solid is published, a ring reported, a dashed ring illustrative."""
    return format_html('<span class="basis basis-{}">{}</span>', _MARKS.get(basis, ""), Basis(basis).label)


def light_mark(light: str) -> SafeString:
    """Return a light as shape and word: red square, yellow triangle, green disc."""
    return format_html(
        '<span class="light"><svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" focusable="false">{}'
        "</svg>{}</span>",
        _SHAPES[Light(light)],
        Light(light).label,
    )


def column(label: Any, text: Callable[[Any], Any], *, order: str | None = None) -> Callable[[Any, Model], str]:
    """Return a column of a list, or a read-only line of a form: what `text` makes of a record."""

    @admin.display(description=label, ordering=order)
    def build_text(admin_object: Any, record: Model) -> str:
        return text(record)

    return build_text


def number(text: Any) -> SafeString:
    """Return what stands in a column of numbers, right-aligned below a `NumberLabel`."""
    return format_html('<span class="number">{}</span>', text)


def link(address: str, text: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, text)


@cache
def amount_text(field: Field) -> Callable[[Model], str]:
    """Return a read-only form line for an amount."""

    @admin.display(description=field.verbose_name)
    def text(record: Model) -> str:
        return exact_amount(getattr(record, field.name))

    return text


@cache
def amount_column(field: Field) -> Callable[[Model], str]:
    """Return a right-aligned list column for an amount, with its unit in the head."""

    @admin.display(description=UnitLabel(field.verbose_name), ordering=field.name)
    def amount(record: Model) -> str:
        return number(list_amount(getattr(record, field.name)))

    return amount


def partial_date_text(name: str, label: Any, *, order: str | None = None) -> Callable[[Any, Model], str]:
    """Return a read-only form line or column for a partial date, as exact as it was published."""
    return column(label, lambda record: str(getattr(record, name) or dash()), order=order)


def moment_column(field: str, label: Any) -> Callable[[Any, Model], str]:
    """Return a column for a point in time."""
    return column(label, lambda record: moment(getattr(record, field)), order=field)


def person_column(field: str, label: Any) -> Callable[[Any, Model], str]:
    """Return a column for who did something."""
    return column(label, attrgetter(f"{field}.display_name"), order=f"{field}__username")


def words_column(field: str, label: Any, *, most: int = 80) -> Callable[[Any, Model], str]:
    """Return a column for the beginning of what was written, of so many characters."""
    return column(label, lambda record: truncatechars(getattr(record, field), most))


class NumberLabel:
    """The head of a column of numbers, right-aligned as they are."""

    def __init__(self, label: Any) -> None:
        self.label = label

    def __html__(self) -> str:  # markup: Django asks for it in each language, so it cannot be made once
        return number(capfirst(self.label))

    def __str__(self) -> str:
        return self.__html__()


class UnitLabel(NumberLabel):
    """The same with the unit of amounts below; evaluated when it is shown, in the reader's language."""

    def __html__(self) -> str:  # markup: as above
        return format_html('<span class="number">{} <small>{}</small></span>', capfirst(self.label), AMOUNT_UNIT)


def moment(time: dt.datetime | None) -> str:
    """Return a point in time to the second, in the site's time zone."""
    return f"{timezone.localtime(time):%Y-%m-%d %H:%M:%S}" if time else dash(gettext_lazy("never"))


def claim_value(claim: Any) -> str:
    """Return what a claim says, as lists show it: an amount with its unit, a date, or a share."""
    if claim.unit == Unit.CNY:
        return f"{list_amount(claim.amount)} {AMOUNT_UNIT}"
    return f"{claim.stated} %" if claim.unit == Unit.PERCENT else claim.stated
