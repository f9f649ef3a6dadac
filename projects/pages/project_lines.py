"""Lines of a list of projects, read as plain rows and written as text at once: a page has fifty of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.choices import Basis, Transferred
from projects.models import Project
from projects.text import format_html, format_html_join
from projects.totals.scope import Scope
from projects.totals.span import with_figures
from projects.totals.standings import Standing, standings_by_project
from projects.totals.totals import ratio
from sectors.models import in_language

from . import formatting, links
from .marks import basis_mark, dash, light_mark


class ProjectLine(NamedTuple):
    """What a line says of a project; each by the column that it is read from."""

    id: int
    code: str
    name_zh: str
    name_en: str
    prefecture__name_zh: str | None
    prefecture__name_en: str | None
    chain_link__name_zh: str | None
    chain_link__name_en: str | None
    sector__name_zh: str
    sector__name_en: str
    basis: str
    transferred: str
    total_investment: int | None
    planned_disbursement: int | None
    disbursed: int | None
    expected_revenue: int | None


_LINE = (
    '<tr><th scope="row" class="name"><a href="{}">{}</a><span class="sub">{}</span></th><td>{}</td>'
    '<td class="t">{}<span class="sub">{}</span></td><td>{}</td>'
    '<td class="r">{}</td><td class="r">{}</td><td class="r">{}</td><td class="r">{}</td><td class="r">{}</td>'
    "<td>{}</td><td>{}</td></tr>\n"
)
_VALUE = '<a class="q" href="{}#{}">{}</a>'


def lines(scope: Scope, first: int, last: int) -> list[ProjectLine]:
    """Return the lines of the scope's projects from index `first` to before `last`. Two queries."""
    keys = list(scope.projects().values_list("pk", flat=True)[first:last])
    rows = with_figures(Project.objects.visible_to(scope.user).filter(pk__in=keys), scope.span)
    by_key = {row[0]: ProjectLine._make(map(_whole, row)) for row in rows.order_by().values_list(*ProjectLine._fields)}
    return [by_key[key] for key in keys]


def _whole(value: Any) -> Any:
    """PostgreSQL sums whole numbers to ones of any length."""
    return int(value) if isinstance(value, Decimal) else value


def render_lines(
    found: Iterable[ProjectLine], scope: Scope, *, form: str = "table", beside: bool = False
) -> SafeString:
    """The lines as rows of a table. Each number leads to its place on the page of its project; `beside` is for the list,
    beside whose address those of projects are, so that they are written short.
    """
    found = list(found)
    standings = standings_by_project(scope, keys=[line.id for line in found])
    # so that the page of a project has those before and after it in this very list
    writer = _Writer(links.each_page("project", query=[*scope.of_year, *scope.ordering]), scope, standings, form)
    if beside:
        writer.beside = len(links.page("projects").partition("?")[0])
    return format_html_join("", _LINE, map(writer.cells, found))


class _Writer:
    """Writes lines in one language: what many have in common is made once for them."""

    def __init__(
        self, address: Callable[[str], str], scope: Scope, standings: Mapping[int, Standing], form: str
    ) -> None:
        self._address, self._form, self._standings, self._month = address, form, standings, scope.last_month
        self.beside = 0  # characters of addresses that need not be written
        self._unknown, self._unreported = dash(_("not published")), dash(_("no report"))
        self._name = cache(self._named)
        self._basis = cache(basis_mark)
        self._transferred = cache(self._said_of_transfer)

    def cells(self, line: ProjectLine) -> tuple[str, ...]:
        address = self._address(line.code)
        near = address[self.beside :]  # a page has hundreds, and is no longer by them than it must
        return (
            address,
            in_language(line.name_zh, line.name_en),
            line.code,
            self._name(line.prefecture__name_zh, line.prefecture__name_en),
            self._name(line.chain_link__name_zh, line.chain_link__name_en),
            self._name(line.sector__name_zh, line.sector__name_en),
            self._basis(Basis(line.basis)),
            self._money(near, "total_investment", line.total_investment),
            self._money(near, "planned_disbursement", line.planned_disbursement),
            self._money(near, "disbursed", line.disbursed, self._unreported),
            self._value(near, "disbursed_of_plan", formatting.share(ratio(line.disbursed, line.planned_disbursement))),
            self._money(near, "expected_revenue", line.expected_revenue),
            self._transferred(line.transferred),
            self._light(self._standings.get(line.id)),
        )

    def _money(self, near: str, figure: str, amount: int | None, unknown: str = "") -> str:
        if amount is None:
            return unknown or self._unknown
        return self._value(near, figure, formatting.money(amount, self._form))

    def _value(self, near: str, figure: str, text: str) -> str:
        return format_html(_VALUE, near, figure, text) if text else self._unknown

    def _light(self, standing: Standing | None) -> str:
        """With the month that it is of, where that is not the one that is looked at."""
        mark = light_mark(standing.light if standing else None)
        if standing is None or standing.light is None or standing.number == self._month:
            return mark
        month = _("as at %(month)s") % {"month": formatting.short_month(standing.number)}
        return format_html('{}<span class="sub">{}</span>', mark, month)

    def _named(self, zh: str | None, en: str | None) -> str:
        return self._unknown if zh is None else in_language(zh, en or "")

    def _said_of_transfer(self, transferred: str) -> str:
        return self._unknown if transferred == Transferred.UNKNOWN else str(Transferred(transferred).label)
