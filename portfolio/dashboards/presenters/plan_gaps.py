"""Gaps to the plan, as the first screen shows them: the largest with their reasons, the rest, the lights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import Basis, Light
from projects.monitoring.standings import EntriesShown, EntryGap, Gaps, get_gaps
from projects.pages import formatting, links
from projects.pages.figure_display import ALL
from projects.pages.monitoring.rule_description import light_word
from projects.pages.month_notice import in_brackets
from projects.totals.scope import Scope


@dataclass(frozen=True)
class GapRow:
    """One entry: `reason` is empty where nobody gave one, and leads to the problems where it is one of those."""

    name: str
    url: str
    light: str
    gap: str
    gap_url: str
    reason: str
    reason_url: str
    rests: str  # ALL of it is made up, or nothing


@dataclass(frozen=True)
class Behind:
    """`nothing` says in words why there are no rows, or that none is behind; `gaps_url` leads to all gaps in their order."""

    plan: str
    months: str
    rows: list[GapRow]
    of_rows: str
    others: str
    of_others: str
    together: str
    lights: list[links.CountLink]
    attention_url: str
    gaps_url: str
    nothing: str


def behind(scope: Scope) -> Behind | None:
    """The gaps of a question in words; None before the first month that counts."""
    found = get_gaps(scope) if scope.end_month else None
    if found is None:
        return None
    return Behind(
        # not the plan of the list, which the heading goes by: where few have one of their own, they come to less
        plan=formatting.clauses([_("these projects' own plans"), str(found.kind.label), _since(found)]),
        months=formatting.months(scope.first_month, scope.last_month) + in_brackets(scope),
        rows=[_row(scope, found, each) for each in found.furthest],
        of_rows=_gap(found.of_furthest),
        others=_("Other %(count)s") % {"count": formatting.count(found.other_count)} if found.other_count else "",
        of_others=_gap(found.of_others),
        together=_together(found),
        lights=[] if scope.is_single_month else list(_lights(found)),  # no progress is rated of one month
        attention_url=links.page("attention"),
        gaps_url=links.page("attention", query=[("show", EntriesShown.ALL.value), ("sort", "ahead")]),
        nothing="" if found.furthest else _nothing(scope, found),
    )


def _since(found: Gaps) -> str:
    """Why the gaps come to something else than the heading, which goes by the even pace of the whole year."""
    return _("each from the month in which it joined") if found.since_joined else ""


def _row(scope: Scope, found: Gaps, each: EntryGap) -> GapRow:
    code = each.code
    reason, to_problems = each.reason.strip(), False
    if each.problem_kind is not None:
        values = {"kind": each.problem_kind.label, "said": each.problem.strip()}
        reason, to_problems = _("%(kind)s: %(said)s") % values, True
    project = links.project(code, year=scope.year)
    return GapRow(
        name=each.name,
        url=project,
        light=each.light or "",
        gap=_gap(each.gap),
        gap_url=f"{project}#plan-{found.kind}",
        reason=reason,
        reason_url=links.page("problems", query=[("code", code)]) if to_problems else "",
        rests=ALL if each.basis == Basis.ILLUSTRATIVE else "",
    )


def _gap(amount: Fraction) -> str:
    return formatting.signed_money(amount, "table")


def _together(found: Gaps) -> str:
    values = {"count": formatting.count(found.compared), "amount": _gap(found.total)}
    return _("all %(count)s: %(amount)s") % values


def _lights(found: Gaps) -> Iterator[links.CountLink]:
    for light, name in ((Light.RED, "red"), (Light.YELLOW, "yellow"), (Light.GREEN, "green"), (None, "none")):
        number = (found.lights or {}).get(light, 0)
        url = links.page("attention", query=[("show", EntriesShown(name).value)]) if number else ""
        yield links.CountLink(
            f"{light_word(light)} {formatting.count(number)}", url, number, light.value if light else ""
        )


def _nothing(scope: Scope, found: Gaps) -> str:
    if scope.is_single_month:
        return _("One month alone is not held against a pro-rata plan. Choose January to a month.")
    if not found.compared:
        return _("No project has both an annual plan and an approved report, so there is nothing to compare.")
    return _("None of %(count)s projects with a plan and a report is behind.") % {
        "count": formatting.count(found.compared)
    }
