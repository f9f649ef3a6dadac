"""The lines of a report as a table of its page and as a file."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import Light
from projects.models import MonthlyReport

from .. import formatting
from ..plain_columns import words
from ..sort_heads import SortColumn
from ..table_files import PageTable, table_of_lines
from .whole_report import ReportLine, WholeReport


def whole_table(whole: WholeReport, report: MonthlyReport) -> PageTable:
    """As its page writes it: what a line says may be an amount, a text or a light."""
    title = _("%(project)s: report of %(month)s")
    values = {"project": report.entry.project.code, "month": str(report.period)}
    note = _("The whole report, amounts in %(unit)s") % {"unit": formatting.money_unit("table")}
    name = f"report-{report.entry.project.code}-{report.period}"
    return table_of_lines(name, title % values, columns_of_report(again=whole.again), whole.lines, note=note)


def columns_of_report(*, again: bool) -> list[SortColumn]:
    """With the submission before beside, where there is one."""
    field = words(_("Field"), attrgetter("label"))
    if not again:
        return [field, words(_("What it says"), _said(after=True))]
    return [
        field,
        words(_("Last submission"), _said(after=False)),
        words(_("This submission"), _said(after=True)),
        words(pgettext("report", "Change"), lambda line: pgettext("report", "changed") if line.changed else ""),
    ]


def _said(*, after: bool) -> Any:
    def text(line: ReportLine) -> str:
        if line.lights is not None:
            light = line.lights[after]
            return "" if light is None else str(Light(light).label)
        return line.after if after else line.before

    return text
