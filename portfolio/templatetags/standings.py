"""Template tag of the attention list: what an entry has done beside what its plan asks for, as cells of one text."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django import template
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.monitoring.entry_status import Standing
from projects.monitoring.plans import PlanProgress
from projects.text import format_html, format_html_join
from projects.views import formatting, links
from projects.views.marks import dash

register = template.Library()


@register.simple_tag
def standing_cells(standing: Standing) -> SafeString:
    """Fifty to a page. Each number leads to its place on the page of its project: the line of its plan, or its months."""
    none, rated = dash(_("not known")), standing.plan
    project = links.project(standing.project.code, year=standing.entry.programme.year)
    line = f"{project}#plan-{rated.kind}" if rated else ""
    others = [each for each in standing.by_plan if standing.plans_differ and not each.is_rated]
    numbers = (
        (line, _money(rated.amount) if rated else ""),
        (f"{project}#disbursed", _money(standing.done)),
        (line, formatting.share(standing.share)),
        (line, _money(standing.due)),
        (line, "" if standing.gap is None else formatting.signed_money(standing.gap, "table")),
        (line, formatting.points(standing.gap_share)),
    )
    cells = [_opening(address, text) or none for address, text in numbers]
    if others and rated:  # which plan the numbers are of, and what the other ones are
        of_rated = format_html(
            '<span class="sub">{} {}</span>', capfirst(str(rated.kind.label)), _("(rated by this one)")
        )
        cells[0] = format_html("{}{}", cells[0], of_rated)
        cells[2] = format_html(
            "{}{}", cells[2], format_html_join("", "{}", ((_other(each, project),) for each in others))
        )
    return format_html_join("", '<td class="r">{}</td>', ((cell,) for cell in cells))


@register.simple_tag
def rating_fields(parts: Sequence[str], code: str) -> SafeString:
    """The fields of the empty form of a rating, which are the same for each project but for its `code`."""
    return format_html_join(code, "{}", ((part,) for part in parts))


def _other(each: PlanProgress, project: str) -> SafeString:
    address = f"{project}#plan-{each.plan.kind}"
    name = capfirst(str(each.plan.kind.label))
    amount, share = _opening(address, _money(each.plan.amount)), _opening(address, formatting.percent(each.share))
    return format_html('<span class="sub">{} {} {}</span>', name, amount, share)


def _opening(address: str, text: str) -> str:
    return format_html('<a class="q" href="{}">{}</a>', address, text) if text else ""


def _money(amount: int | Fraction | None) -> str:
    return "" if amount is None else formatting.money(amount, "table")
