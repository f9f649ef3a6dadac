"""Changes of a figure: since the month before, and since what was known on another day."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _

from projects.choices import Difference
from projects.history.as_of import PARAMETER, SINCE, AsOf
from projects.pages import formatting, links
from projects.pages.figure_display import FigureDisplay, shown
from projects.pages.sort_heads import SortColumn
from projects.pages.table_columns import coded, text
from projects.pages.table_files import PageTable
from projects.totals.comparison import Effect, FigureDifference, get_figure_difference
from projects.totals.explanation import Explanation, step_of_month

from .record_columns import in_unit

MOST_EFFECTS = 20  # the rest is on the page that compares


@dataclass(frozen=True)
class MonthStep:
    """A figure made of months: to the month before, the newest month, and both together."""

    before_label: str
    before: FigureDisplay
    month_label: str
    month: FigureDisplay
    after_label: str
    after: FigureDisplay


@dataclass(frozen=True)
class SinceThen:
    """The figure as it was known then and is now, with the first of the records that changed it."""

    day: AsOf
    figure: FigureDifference
    compare_url: str
    effects: list[tuple[Effect, str, str, str]]  # with where it is explained as of then, as of now, and what changed it
    then_url: str
    now_url: str

    @property
    def more(self) -> int:
        return self.figure.count - len(self.figure.effects)


def month_step(opened: Explanation) -> MonthStep | None:
    """None for a figure that is not made of months, or of a single one."""
    step = step_of_month(opened)
    if step is None:
        return None
    before, newest = (shown(row, opened.figure.name, form="precise") for row in step)
    first, last = opened.scope.first_month, opened.scope.last_month
    return MonthStep(
        before_label=formatting.months(first, last - 1),
        before=before,
        month_label=formatting.month_name(last),
        month=newest,
        after_label=formatting.months(first, last),
        after=shown(opened.answer.total_row, opened.figure.name, form="precise"),
    )


def since_then(opened: Explanation, since: AsOf, order: str) -> SinceThen:
    scope, name = opened.scope, opened.figure.name
    found = get_figure_difference(scope, since, name, size=MOST_EFFECTS, order=order)
    asked = scope.parameters()
    compare_url = links.page("compare", query=[*asked, (SINCE, since.text)])
    past = [*(pair for pair in asked if pair[0] != PARAMETER), (PARAMETER, since.text)]
    apart = links.each_record("", [*asked, (SINCE, since.text)])  # both days, of the record alone
    then, now = links.each_record(name, past), links.each_record(name, asked)
    return SinceThen(
        since,
        found,
        compare_url,
        [(each, then(each.key), now(each.key), apart(each.key)) for each in found.effects],
        links.page("figure", name, query=past, filters=False),
        links.page("figure", name, query=asked, filters=False),
    )


def effect_table(opened: Explanation, since: AsOf, order: str) -> PageTable:
    """All records that changed the figure, in the order of the page, which shows the first."""
    scope, name = opened.scope, opened.figure.name
    effects = get_figure_difference(scope, since, name, size=None, order=order).effects
    title = _("Since what was known on %(day)s") % {"day": since.text}
    return PageTable(f"{name}-since", title, columns_of_effects(opened), lambda: [effects], len(effects))


def columns_of_effects(opened: Explanation) -> list[SortColumn]:
    def number(name: str, label: str) -> SortColumn:
        return SortColumn(name, label, numeric=True, in_files=(in_unit(opened, label, attrgetter(name)),))

    record, became = _("Record"), _("What became of it")
    of_record = text(record, attrgetter("name")), text(_("Project code"), attrgetter("key"))
    return [
        SortColumn("code", record, in_files=(*of_record, *coded(became, attrgetter("kind"), kind=Difference))),
        number("before", _("Then")),
        number("after", _("Now")),
        number("difference", _("Effect")),
    ]
