"""Template tags of the page of tasks: one's own projects with their numbers, light and report, as one text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.pages import formatting, links
from projects.pages.marks import basis_mark, dash, light_mark
from projects.pages.tasks.own_figures import OwnProject
from projects.text import format_html, format_html_join

register = template.Library()

_ROW = '<tr><th scope="row" class="name"><a href="{}">{}</a> {}</th>{}<td>{}</td>{}</tr>'
_NUMBER = '<td class="r">{}</td>'
_OPENING = '<a class="q" href="{}">{}</a>'
_STATE = '<td><span class="state {}">{}</span></td>'
_MUTED = '<td><span class="muted">{}</span></td>'


@register.simple_tag
def own_rows(projects: Iterable[OwnProject], year: int, month: Any = None) -> SafeString:
    """Fifty to a page; each number leads to how it comes about. Their reports are those of a `month`, if there is one."""
    unknown = dash(_("not known"))
    return format_html_join("", _ROW, (_row(each, str(year), unknown, with_state=bool(month)) for each in projects))


def _row(each: OwnProject, year: str, unknown: SafeString, *, with_state: bool) -> tuple[Any, ...]:
    project = each.standing.project
    return (
        links.page("project", project.code, query=[("programme", year)]),
        project.name,
        basis_mark(project.basis),
        format_html_join("", _NUMBER, ((cell,) for cell in _cells(each, year, unknown))),
        light_mark(each.standing.light),
        _state(each) if with_state else "",
    )


def _cells(each: OwnProject, year: str, unknown: SafeString) -> Iterable[SafeString]:
    standing = each.standing
    code, plan, done, share, gap = (
        standing.project.code,
        standing.plan,
        standing.disbursed,
        standing.share,
        standing.gap_share,
    )
    numbers = (
        (Measure.PLANNED_DISBURSEMENT, None if plan is None else formatting.money(plan.amount, "table")),
        (Measure.DISBURSED, None if done is None else formatting.money(done, "table")),
        (Measure.DISBURSED_OF_PLAN, None if share is None else formatting.share(share)),
        (Measure.DISBURSED_OF_PLAN, None if gap is None else formatting.points(gap)),
    )
    for figure, text in numbers:
        address = (
            "" if text is None else links.page("figure", figure.value, query=[("code", code), ("programme", year)])
        )
        yield unknown if text is None else format_html(_OPENING, address, text)


def _state(each: OwnProject) -> SafeString:
    return format_html(_STATE, each.state, each.state_label) if each.state else format_html(_MUTED, each.state_label)
