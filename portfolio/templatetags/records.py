"""Template tags of records that a figure sums or two days differ in: fifty to a page, each row one text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache, partial
from urllib.parse import quote_plus

from django import template
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.choices import Difference, Unit
from projects.models import Source
from projects.pages import formatting, links
from projects.pages.figure_pages.comparison_page import EffectColumn
from projects.pages.figure_pages.figure_records import RecordRow
from projects.pages.marks import basis_mark, dash
from projects.text import format_html, format_html_join
from projects.totals.comparison import Effect, RecordDifference
from projects.totals.figures import Figure
from projects.totals.scope import Scope
from sectors.models import in_language

from .figures import ratio, signed_exact, signed_precise, source

register = template.Library()
_ROW = (
    '<tr><th scope="row" class="name"><a href="{}">{}</a><span class="sub">{}</span></th>{}'
    '<td class="r strong" data-record="{}" data-value="{}"><a class="q" href="{}">{}</a></td>{}'
    '<td data-origin="{}">{}{}</td><td>{}</td></tr>'
)
_LINK_CELL = '<td class="r"><a class="q" href="{}">{}</a></td>'
_EFFECT_CELL = '<td class="r"><a class="q" href="{}{}#since">{}</a></td>'
_MONTH_BLANK = '<td class="r">{}</td>'
_NAME = '<a href="{}">{}</a>'
_EFFECT = (
    '<tr><th scope="row" class="name">{}<span class="sub">{} · {}</span></th>'
    '<td class="r">{}</td><td class="r">{}</td><td class="r">{}</td></tr>'
)
_DIFFERENCE = (
    '<tr><th scope="row" class="name">{}<span class="sub">{}</span></th><td>{}</td>{}<td class="t">{}</td></tr>'
)
_CLASSES = '<span class="sub2">{}{}<del>{}</del> <ins>{}</ins></span>'
_RATIO = '<td class="r"><a class="q" href="{}">{}</a></td><td class="r">{}</td>'
_SHARE = '<td class="r"{}>{}</td>'
_BESIDE = format_html(" data-beside")  # of all that stands in the table
_SUB = '<span class="sub">{}</span>'


@register.simple_tag
def difference_rows(records: Iterable[RecordDifference], columns: Sequence[EffectColumn], scope: Scope) -> SafeString:
    """What differs as rows of its table: what became of it, what it did to each figure, how it is sorted otherwise."""
    project, became = links.each_page("project", query=scope.of_year), cache(lambda kind: kind.label)
    none = format_html('<td class="r">{}</td>', dash(_("no effect")))
    told = [
        (each.name, format_html("{}", each.address), cache(partial(signed_exact, unit=each.unit))) for each in columns
    ]

    def effects(record: RecordDifference) -> SafeString:
        code = quote_plus(record.key)
        cells = (
            format_html(_EFFECT_CELL, address, code, signed(effect.difference)) if effect else none
            for name, address, signed in told
            for effect in [record.effects.get(name)]
        )
        return _joined(cells)

    return format_html_join(
        "",
        _DIFFERENCE,
        (
            (
                each.name if each.kind == Difference.REMOVED else format_html(_NAME, project(each.key), each.name),
                *(each.key, became(each.kind), effects(each), _otherwise(each)),
            )
            for each in records
        ),
    )


def _joined(cells: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(cells))  # nosec B703 # markup: each is


def _otherwise(record: RecordDifference) -> SafeString:
    told = (
        (capfirst(each.label), _(": "), in_language(*each.before), in_language(*each.after)) for each in record.classes
    )
    return format_html_join("", _CLASSES, told)


@register.simple_tag
def effect_rows(effects: Iterable[tuple[Effect, str, str, str]], unit: Unit, blank: str) -> SafeString:
    """What changed a figure as rows of its table: each with where it is explained as of then, as of now, and what did it."""
    number, project = formatting.each_precise(unit), links.each_page("project")
    return format_html_join(
        "",
        _EFFECT,
        (
            (
                each.name if each.kind == Difference.REMOVED else format_html(_NAME, project(each.key), each.name),
                *(each.key, each.kind.label, ratio(number(each.before), then_url, blank)),
                *(
                    ratio(number(each.after), now_url, blank),
                    ratio(signed_precise(each.difference, unit), log_url, blank),
                ),
            )
            for each, then_url, now_url, log_url in effects
        ),
    )


@register.simple_tag
def record_rows(rows: Iterable[RecordRow], figure: Figure, scope: Scope) -> SafeString:
    """The records as rows of their table: parts of months, the value, its share or what is divided, what it rests on."""
    return format_html_join("", _ROW, map(_Writer(figure, scope).cells, rows))


class _Writer:
    """Writes the rows of one table: what many of them say alike is worked out once."""

    def __init__(self, figure: Figure, scope: Scope) -> None:
        self.figure, self.number, self.blank = figure, formatting.each_precise(figure.unit), dash(_("no report"))
        self.address = links.each_page("project", query=scope.of_year)
        self.resting, self.changed = cache(_rests_on), cache(_changed)

    def cells(self, row: RecordRow) -> tuple[object, ...]:
        record, origin = row.record, row.origin
        return (
            *(self.address(record.code), record.name, record.code, _joined(map(self._month, row.months))),
            *(record.code, record.value, row.url, self.number(record.value), self._share(row)),
            (origin and origin.kind) or "",
            self.resting(origin.source, origin.basis, row.reported) if origin else "",
            format_html('<a class="sub" href="{}" rel="nofollow">{}</a>', row.cell.url, row.cell.label)
            if row.cell
            else "",
            self.changed(origin.changed_at, origin.known_before, origin.changed_by)
            if origin and origin.revision
            else "",
        )

    def _month(self, part: tuple[int | None, str]) -> SafeString:
        amount, url = part
        if amount is None:
            return format_html(_MONTH_BLANK, self.blank)
        return format_html(_LINK_CELL, url, self.number(amount))

    def _share(self, row: RecordRow) -> SafeString:
        record = row.record
        if self.figure.ratio:
            own = ratio(formatting.share(record.own_ratio), row.url)
            return format_html(_RATIO, row.url, self.number(record.below), own)
        beside = "" if row.share_url else _BESIDE
        return format_html(_SHARE, beside, ratio(formatting.share(record.share), row.share_url))


def _rests_on(found: Source | None, basis: str, reported: str) -> str:
    if found:
        return source(found)
    return basis_mark(basis, reported) if basis else ""


def _changed(at: dt.datetime | None, known_before: dt.date | None, by: str) -> SafeString:
    """When it changed last; the day on which that became known, where it was before; by whom."""
    known = _("known on %(day)s") % {"day": known_before} if known_before else ""
    said = [(each,) for each in (known, by) if each]
    return format_html("{}{}", formatting.minute(at) if at else "", format_html_join("", _SUB, said))
