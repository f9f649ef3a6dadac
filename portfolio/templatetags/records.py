"""Template tags of records that a figure sums or two days differ in: fifty to a page, each row one text."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.choices import Unit
from projects.provenance.origins import Origin
from projects.text import format_html, format_html_join
from projects.totals.comparison import Effect
from projects.totals.figures.figure import Figure
from projects.totals.scope import Scope
from projects.views import formatting, links
from projects.views.figure_pages.figure_records import RecordRow
from projects.views.marks import basis_mark, dash

from .figures import precise, ratio, signed_exact, source

register = template.Library()
_ROW = (
    '<tr><th scope="row" class="name"><a href="{}">{}</a><span class="sub">{}</span></th>{}'
    '<td class="r strong" data-record="{}" data-value="{}"><a class="q" href="{}">{}</a></td>{}'
    '<td data-origin="{}">{}{}</td><td>{}</td></tr>'
)
_LINK = '<a class="q" href="{}">{}</a>'
_RATIO = '<td class="r"><a class="q" href="{}">{}</a></td><td class="r">{}</td>'
_SHARE = '<td class="r"{}>{}</td>'
_BESIDE = format_html(" data-beside")  # of all that stands in the table
_SUB = '<span class="sub">{}</span>'


@register.simple_tag
def effect_cells(cells: Iterable[tuple[Effect | None, Unit, str]]) -> SafeString:
    """What a record did to each figure."""
    none = dash(_("no effect"))
    opened = (
        (format_html(_LINK, url, signed_exact(each.difference, unit)) if each else none,) for each, unit, url in cells
    )
    return format_html_join("", '<td class="r">{}</td>', opened)


@register.simple_tag
def record_rows(rows: Iterable[RecordRow], figure: Figure, scope: Scope) -> SafeString:
    """The records as rows of their table: parts of months, the value, its share or what is divided, what it rests on."""
    project, blank = links.each_page("project", query=scope.of_year), _("no report")
    return format_html_join("", _ROW, (_cells(row, figure, project(row.record.code), blank) for row in rows))


def _cells(row: RecordRow, figure: Figure, address: str, blank: str) -> tuple[object, ...]:
    record, origin, unit = row.record, row.origin, figure.unit
    months = ((ratio(precise(amount, unit), url, blank),) for amount, url in row.months)
    if figure.ratio:
        own = ratio(formatting.share(record.own), row.url)
        share = format_html(_RATIO, row.url, precise(record.below, unit), own)
    else:
        share = format_html(
            _SHARE, "" if row.share_url else _BESIDE, ratio(formatting.share(record.share), row.share_url)
        )
    return (
        *(address, record.name, record.code, format_html_join("", '<td class="r">{}</td>', months)),
        *(record.code, record.value, row.url, precise(record.value, unit), share),
        *((origin and origin.kind) or "", _rests_on(row, origin)),
        format_html('<a class="sub" href="{}" rel="nofollow">{}</a>', row.cell.url, row.cell.label) if row.cell else "",
        _changed(origin) if origin and origin.revision else "",
    )


def _rests_on(row: RecordRow, origin: Origin | None) -> str:
    if origin and origin.source:
        return source(origin.source)
    return basis_mark(origin.basis, row.reported) if origin and origin.basis else ""


def _changed(origin: Origin) -> SafeString:
    """When it changed last; the day on which that became known, where it was before; by whom."""
    known = _("known on %(day)s") % {"day": origin.known_before} if origin.known_before else ""
    said = [(each,) for each in (known, origin.changed_by) if each]
    when = formatting.minute(origin.changed_at) if origin.changed_at else ""
    return format_html("{}{}", when, format_html_join("", _SUB, said))
