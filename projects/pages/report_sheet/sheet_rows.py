"""The rows of a sheet as they are shown: what is stored or was just typed, what it comes to, what stands in the way."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from projects.choices import PlanKind, ProjectKind, ReportAction, ReportState, RoundState, Stage
from projects.models import Entry, MonthlyReport, ReportDraft
from projects.models.report import CONTENT, new_report
from projects.monitoring.sheet import add_amounts
from projects.pages import links
from projects.pages.edit_conflicts import Conflict
from projects.periods import MONTHS_OF_YEAR
from projects.plausibility.checks import find_doubts_on_submission
from projects.plausibility.rules import Surroundings
from projects.totals.lights import behind_at, must_explain
from projects.totals.plans import Plans, YearPlan, measured_against, plans_by_entry
from projects.totals.totals import ratio
from projects.workflows.reporting import lacking, may, may_edit

from .other_windows import OtherWindow
from .row_fields import FOLDED, IN_THE_GRID, labels, same, texts_of
from .row_findings import doubted
from .row_messages import Messages, named, plain, texts_by_field
from .row_saving import SavedRow, row_of
from .sheet_filter import SheetQuestion


@dataclass
class SheetRow:
    """One entry of the sheet. Amounts in CNY, shares of 1; None where they are not known."""

    entry: Entry
    report: MonthlyReport
    url: str
    own_page: str  # where all its fields are
    report_url: str
    last_url: str  # where last month's amount was reported
    editable: bool
    correcting: bool
    version: str
    texts: Mapping[str, str]
    other_plans: list[YearPlan]
    last: int | None
    now: int | None
    year_to_date: int | None
    share: Fraction | None
    browser: dict[str, int | str]  # what the browser needs to compute the same at once, of a row that is typed into
    required: bool  # whether such a row must say why it is behind
    ready: bool
    started: bool  # whether anything was filled in
    may_withdraw: bool
    may_correct: bool
    errors: Messages = field(default_factory=dict)
    doubts: Messages = field(default_factory=dict)  # of a row that is ready: what will have to be confirmed
    unusual: str = ""  # all that is doubted of such a row, also what stops nobody
    conflict: Conflict | None = None
    usable: bool = True  # whether everything that was typed can be used
    draft: ReportDraft | None = None  # of what is not in the register yet
    drafted: Mapping[str, str] = field(default_factory=dict)  # what the form carries of the draft that it shows
    theirs: tuple[str, ...] = ()
    # texts as the fields would show them: what the register says, and what the row says where something is refused
    stored: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> int:
        return self.entry.pk

    @property
    def project(self) -> Any:
        return self.entry.project

    @property
    def state(self) -> str:
        return self.report.state if self.report.pk or self.draft else ""

    @property
    def state_label(self) -> str:
        return str(ReportState(self.state).label) if self.state else _("not filled in")

    @property
    def stage_label(self) -> str:
        stage = self.report.stage
        return str(Stage(stage).label) if stage in Stage else stage  # Django's own makes a table of them each time

    @property
    def is_park(self) -> bool:
        return self.project.kind == ProjectKind.PARK

    @property
    def asks(self) -> bool:
        """Whether something has to be confirmed before it can go."""
        return self.ready and bool(self.doubts)

    @property
    def goes(self) -> bool:
        return self.ready and not self.doubts

    @property
    def told(self) -> list[tuple[str, str]]:
        """What else a report says that is only read: names and texts."""
        names = [name for name in CONTENT if name not in IN_THE_GRID] + ["correction_reason"]
        said = [name for name in names if self.texts[name]]
        words = labels(self.report.month) if said else {}
        return [(words[name], self.texts[name]) for name in said]

    @property
    def unstored(self) -> list[str]:
        """The cells of which another window has something else, until one of them is chosen."""
        return self.conflict.names if isinstance(self.conflict, OtherWindow) else []

    @property
    def wrong(self) -> str:
        """The errors for the browser, which lists them; '' where there are none."""
        return json.dumps(texts_by_field(self.errors), ensure_ascii=False) if self.errors else ""

    @property
    def grid_errors(self) -> Messages:
        """What is wrong with the row itself and the fields that stand in it; the panel has the others."""
        return {name: said for name, said in self.errors.items() if name in ("", *IN_THE_GRID)}

    @property
    def opens_rest(self) -> bool:
        """Whether something wants attention among the fields that are folded in the panel."""
        return self.correcting or bool(self.errors.keys() & FOLDED)


class Sheet:
    """The rows of some entries of a round, made from a handful of queries, with what the user has not saved yet."""

    def __init__(self, question: SheetQuestion, entries: Iterable[Entry]) -> None:
        self.round, self.user, self.drafts = question.round, question.user, question.drafts
        self.begun = self.round.state != RoundState.PLANNED
        self.correcting = question.correcting
        self.programme = self.round.programme
        self.rule = self.programme.light_rule
        self.entries = list(entries)
        period, month, of_year = self.round.period, self.round.month, [("programme", str(self.programme.year))]
        self._project = links.each_page("project", query=of_year)
        self._own_page = links.each_page("round-row", first=[str(period)])
        self._report, self._last_report = (links.each_page("report", str(each)) for each in (period, period.previous))
        for entry in self.entries:
            entry.programme = self.programme
        self.plans = plans_by_entry(self.entries)
        self.reports: dict[int, dict[int, MonthlyReport]] = defaultdict(dict)
        by_key = {entry.pk: entry for entry in self.entries}
        seen = MonthlyReport.objects.visible_to(self.user).filter(entry__in=list(by_key), month__lte=month)
        for report in seen.select_related("returned_by"):
            report.entry = by_key[report.entry_id]
            self.reports[report.entry_id][report.month] = report

    def rows(self, saved: Mapping[int, SavedRow] | None = None, *, strict: bool = False) -> list[SheetRow]:
        """A row for each entry; `saved` is what came of those that were just typed into.

        `strict`: a row without a report lacks what a report must say, instead of being left blank.
        """
        return [self.row(entry, (saved or {}).get(entry.pk), strict=strict) for entry in self.entries]

    def row(self, entry: Entry, saved: SavedRow | None = None, *, strict: bool = False) -> SheetRow:
        month, form, saved = self.round.month, self.drafts.form, saved or self._saved(entry)
        report = saved.report or new_report(entry, month=month)
        approved, may_change = report.state == ReportState.APPROVED, may_edit(self.user, report)
        correcting = approved and entry.project.code == self.correcting
        editable = self.begun and may_change and (correcting or not approved)
        before = add_amounts(each.disbursed for each in self.earlier(entry)).amount or 0
        done = None if (amount := self._amount(report, saved)) is None else int(before) + amount
        plan, required = measured_against(self.plans[entry.pk], self.rule), editable and self._must_explain(entry, done)
        started, code, last = bool(report.pk or saved.typed), entry.project.code, self._last(entry)
        said = saved.stored if saved.report and not saved.typed else None  # nothing but what the register says
        errors, held = dict(saved.errors), said or texts_of(report, form)
        if editable and (started or strict):
            errors = self._lacking(report, required=required) | _held_up(errors, saved, form) | errors
        errors = _of_this_window(errors, saved.conflict)
        ready = editable and started and self._is_ready(report, errors, saved.conflict)
        doubts, unusual = self._doubted(report) if ready else ({}, "")
        return SheetRow(
            entry=entry,
            report=report,
            url=self._project(code),
            own_page=self._corrected(code) if correcting else self._own_page(code),
            report_url=self._report(code) if report.pk else "",
            last_url=self._last_report(code) if last is not None else "",
            editable=editable,
            correcting=correcting,
            version=saved.version,
            texts=said or {**held, **saved.texts(form)},
            other_plans=_other_plans(self.plans[entry.pk]),
            last=last,
            now=amount,
            year_to_date=done,
            share=ratio(done, plan.amount) if plan else None,
            browser=_for_the_browser(int(before), plan, month) if editable else {},
            required=required,
            ready=ready,
            started=started,
            may_withdraw=bool(report.pk) and may(self.user, ReportAction.WITHDRAW, report),
            errors=named(errors, month=month),
            doubts=named(doubts, month=month),
            unusual=unusual,
            conflict=saved.conflict,
            usable=not (saved.errors or saved.conflict),
            draft=saved.draft,
            drafted=saved.conflict.known if isinstance(saved.conflict, OtherWindow) else self.drafts.held(entry),
            theirs=saved.theirs,
            stored=dict.fromkeys(held, "") | dict(saved.stored),  # a report that somebody begins says nothing
            held=held,
            may_correct=not correcting and approved and may_change,
        )

    def _saved(self, entry: Entry) -> SavedRow:
        """What was typed and not saved, else the report as it is."""
        stored = self.reports[entry.pk].get(self.round.month)
        return self.drafts.row(entry, stored) or row_of(stored, self.drafts.form)

    def _amount(self, report: MonthlyReport, saved: SavedRow) -> int | None:
        """Of a conflict what was typed, as the totals count it, until that is decided."""
        stored: int | None = report.disbursed
        return stored if saved.conflict is None else self.drafts.amounts.get(report.entry_id, stored)

    def _must_explain(self, entry: Entry, done: int | None) -> bool:
        """Whether the row of an entry has to say why it is behind its plan, with `done` CNY since January."""
        return must_explain(self.rule, behind_at(self.rule, self.plans[entry.pk], month=self.round.month, done=done))

    def _corrected(self, code: str) -> str:
        return links.page("round-row", str(self.round.period), code, query=[("correct", code)])

    def earlier(self, entry: Entry) -> list[MonthlyReport]:
        """The entry's reports of the months before, in order."""
        return [each for number, each in sorted(self.reports[entry.pk].items()) if number < self.round.month]

    def _doubted(self, report: MonthlyReport) -> tuple[Messages, str]:
        months = Surroundings({report.entry_id: self.earlier(report.entry)})
        return doubted(find_doubts_on_submission(report, self.drafts.rules, months), self.drafts.form)

    def _lacking(self, report: MonthlyReport, *, required: bool) -> Messages:
        """What a draft lacks for being submitted."""
        if report.state not in (ReportState.DRAFT, ReportState.RETURNED):
            return {}
        return plain(lacking(report, found=self.round, unexplained=required))

    def _is_ready(self, report: MonthlyReport, errors: Messages, conflict: Conflict | None) -> bool:
        """Whether it is a draft that says all that it must."""
        return not errors and not conflict and may(self.user, ReportAction.SUBMIT, report)

    def _last(self, entry: Entry) -> int | None:
        """Last month's amount, if it is approved."""
        report = self.reports[entry.pk].get(self.round.month - 1)
        return report.disbursed if report and report.state == ReportState.APPROVED else None


def _of_this_window(errors: Messages, conflict: Conflict | None) -> Messages:
    """Without what is wrong with the texts of another window, which do not stand here."""
    elsewhere = conflict.names if isinstance(conflict, OtherWindow) else []
    return {name: said for name, said in errors.items() if name not in elsewhere}


def _held_up(errors: Messages, saved: SavedRow, form: str) -> Messages:
    """What is said at an amount that was typed and cannot stand without its reason; that it is blank would be wrong."""
    typed = saved.typed.texts.get("disbursed") if saved.typed else ""
    said = texts_of(saved.report, form)["disbursed"] if saved.report else ""
    is_held_up = bool(typed) and "correction_reason" in errors and not same("disbursed", typed, said, form=form)
    return {"disbursed": errors["correction_reason"]} if is_held_up else {}


def _other_plans(plans: Plans) -> list[YearPlan]:
    """Plans beside the announced one, where their amount is another."""
    announced = plans.get(PlanKind.ANNOUNCED)
    return [
        plan
        for kind, plan in plans.items()
        if kind != PlanKind.ANNOUNCED and (announced is None or plan.amount != announced.amount)
    ]


def _for_the_browser(before: int, plan: YearPlan | None, month: int) -> dict[str, int | str]:
    """CNY: disbursed before the month, the year's plan, and twelve times what it asks for to date, in whole CNY."""
    if plan is None or not plan.amount:
        return {"before": before, "plan": "", "due": ""}
    return {"before": before, "plan": plan.amount, "due": int(plan.to_date(month) * MONTHS_OF_YEAR)}
