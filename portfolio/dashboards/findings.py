"""Chart and table titles: each states what its numbers come to, whatever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure
from projects.pages import formatting
from projects.pages.figure_display import begin_with_mark, coverage_of, share_of_plan
from projects.pages.targets import NamedProgress, named_progress
from projects.totals.dimensions import NONE
from projects.totals.pace import Progress
from projects.totals.totals import Answer, Row

LEVEL = 1  # per cent of a plan: nearer to the even pace than this reads as level with it


def pace_sentence(progress: list[Progress]) -> str:
    """How far behind or ahead of the even pace of each plan: '7.76 billion CNY behind the announced plan, …'."""
    return formatting.sentence_case(formatting.clauses(pace_clauses(progress)))


def pace_clauses(progress: list[Progress]) -> list[str]:
    """The same, plan by plan."""
    return [_pace_clause(named) for named in named_progress(progress)]


def _pace_clause(named: NamedProgress) -> str:
    progress, plan = named.progress, named.name
    if is_level(progress):
        return _("level with %(plan)s") % {"plan": plan}
    values = {"amount": named.about(formatting.money_with_unit(abs(progress.gap))), "plan": plan}
    found = (_("%(amount)s behind %(plan)s") if progress.gap < 0 else _("%(amount)s ahead of %(plan)s")) % values
    if progress.partly is None:
        return found
    values = {"finding": found, "amount": formatting.money_with_unit(progress.done)}
    return _("%(finding)s (they disbursed %(amount)s)") % values


def is_level(progress: Progress) -> bool:
    return abs(progress.gap_share) * 100 < LEVEL


def largest_share(answer: Answer, whole: Row, figure: str) -> str:
    """Which key has most of a figure, and how much of the whole: empty when there is nothing to compare."""
    rows = [row for row in answer.rows if row.key != NONE and row.figures[figure].value]
    top = _get_single_largest(rows, lambda row: row.figures[figure].value)
    if top is None or len(rows) < 2:
        return ""
    values = {
        "name": top.name,
        "share": formatting.percent(top.figures[figure].share_of(whole.figures[figure])),
        "figure": Measure(figure).label,
        "coverage": coverage_of(whole.figures[figure]),
    }
    sentence = _("%(name)s has the largest share, %(share)s of the known %(figure)s (%(coverage)s)") % values
    return begin_with_mark(sentence, whole.illustrative_share(figure))


def progress_range(answer: Answer) -> str:
    """Which keys are furthest with their plan and least far of those that lack no report; empty unless there are two.

    Those with illustrative records are compared by themselves, as in a ranking.
    """
    rows = [row for row in answer.rows if row.key != NONE and row.progress is not None and not row.lacks_reports]
    shares = [row.illustrative_share(Measure.DISBURSED_OF_PLAN) for row in rows]
    real = [row for row, share in zip(rows, shares, strict=True) if not share]
    illustrative = [row for row, share in zip(rows, shares, strict=True) if share]
    return join_findings(
        [_compare_progress(real), begin_with_mark(_compare_progress(illustrative), max(shares, default=None))]
    )


def _compare_progress(rows: list[Row]) -> str:
    if len(rows) < 2:
        return ""
    first = _get_single_largest(rows, lambda row: row.progress)
    last = _get_single_largest(rows, lambda row: -row.progress)  # type: ignore[operator]
    if first is None or last is None:
        return ""
    return _("%(first)s has completed the largest share of its plan: %(most)s; %(last)s the smallest: %(least)s") % {
        "first": first.name,
        "most": share_of_plan(first),
        "last": last.name,
        "least": share_of_plan(last),
    }


def join_findings(parts: Iterable[str]) -> str:
    """The findings that there are, as one title."""
    return formatting.sentence_case(_("; ").join(filter(None, parts)))


def without_projects(count: int) -> str:
    """How many prefectures have no project."""
    if not count:
        return ""
    return ngettext("%(count)s prefecture has no project", "%(count)s prefectures have no project", count) % {
        "count": count
    }


def basis_share(whole: Row) -> str:
    """How much of the list rests on illustrative records."""
    if whole.illustrative is None:
        return ""
    illustrative, projects = whole.illustrative, whole.figures[Measure.PROJECT_COUNT]
    count = illustrative[Measure.PROJECT_COUNT].value or 0
    if not projects.value:
        return _("No projects yet")
    if not count:
        return _("No figure is based on illustrative records")
    share = illustrative[Measure.TOTAL_INVESTMENT].share_of(whole.figures[Measure.TOTAL_INVESTMENT])
    values: dict[str, Any] = {"count": formatting.count(count), "of": formatting.count(projects.value)}
    if share is None:
        return _("%(count)s of %(of)s projects are illustrative") % values
    values["share"] = formatting.percent(share)
    return _("%(count)s of %(of)s projects are illustrative and carry %(share)s of the known total investment") % values


def busiest_month(by_month: Answer) -> str:
    """The month in which most was disbursed."""
    rows = [row for row in by_month.rows if row.figures[Measure.DISBURSED].value is not None]
    if not rows:
        return _("No approved monthly report yet")
    top = _get_single_largest(rows, lambda row: row.figures[Measure.DISBURSED].value)
    if top is None:
        return _("The same in every month") if len(rows) > 1 else _("Nothing was disbursed")
    values = {
        "month": formatting.month_name(int(str(top.key)[-2:])),
        "amount": formatting.money_with_unit(top.figures[Measure.DISBURSED].value or 0),
    }
    text = (
        _("%(month)s is the only month reported: %(amount)s")
        if len(rows) == 1
        else _("Most was disbursed in %(month)s: %(amount)s")
    )
    return begin_with_mark(text % values, top.illustrative_share(Measure.DISBURSED))


def _get_single_largest(rows: list[Row], key: Callable[[Row], Any]) -> Row | None:
    """The row with the largest value, None when several share it or there is none."""
    if not rows:
        return None
    top = max(key(row) for row in rows)
    found = [row for row in rows if key(row) == top]
    return found[0] if len(found) == 1 else None
