"""The table of a figure's page that holds money disbursed against each plan."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.pages import formatting
from projects.pages.line_order import named
from projects.pages.plain_columns import money, share, source, words
from projects.pages.table_files import PageTable, table_of_lines
from projects.pages.targets import NamedProgress

NAME = "plans"


def plan_table(title: str, found: Sequence[NamedProgress]) -> PageTable:
    columns = [
        words(pgettext("money", "Plan"), lambda each: formatting.sentence_case(each.name)),
        money(_("Annual plan"), attrgetter("progress.planned"), form="headline"),
        share(_("% of plan"), attrgetter("progress.share")),
        money(_("Pro-rata plan by now"), attrgetter("progress.expected_amount")),
        money(_("Gap"), attrgetter("progress.gap")),
        share(_("Gap, percentage points"), attrgetter("progress.gap_share")),
        source(lambda each: each.progress.plan and each.progress.plan.source),
    ]
    names = ("plan", "amount", "share", "due", "gap", "points", "source")
    return table_of_lines(NAME, title, named(columns, *names), found)
