"""Rows of the sheet: what is stored, what was typed over it by whom, what of it can be saved, and what stands in the way.

What a person typed and has not saved is a draft: outside the register, shown again wherever they sign in. What is typed is
compared with what somebody else saved meanwhile, and with what the same person typed in another window: neither is stored
over unasked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import orjson
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import PlanKind, ReportAction, ReportState, RoundState, Stage
from projects.history.merging import Merge, Side
from projects.history.revisions import all_or_nothing, create_revision
from projects.models import Entry, MonthlyReport, ReportDraft
from projects.models.report import CONTENT, new_report
from projects.pages import links
from projects.pages.edit_conflicts import Carried, Conflict, Texts, compare_texts, merge_texts, version_of
from projects.periods import MONTHS_OF_YEAR
from projects.plausibility.checks import (
    DoubtedError,
    find_doubts_on_submission,
    get_refusals,
    refuse_implausible,
)
from projects.plausibility.rules import Surroundings
from projects.totals.lights import must_explain
from projects.totals.plans import Plans, YearPlan, measured_against, plans_by_entry
from projects.totals.totals import ratio
from projects.workflows.reporting import find_missing_fields, may, may_edit

from .row_form import FOLDED, IN_THE_GRID, NAMES, QUOTED, ReportForm
from .row_messages import (
    ROW,
    Messages,
    RowMessage,
    messages_of_doubts,
    messages_of_error,
    messages_of_errors,
    messages_of_texts,
)
from .sheet_filter import SheetFilter

Check = Callable[[MonthlyReport], None]  # raises `ValidationError` for what is refused beyond the record's own rules


class Row:
    """One entry of the sheet.

    `record` is the report as the register has it, with what can be used of what was typed; None: there is none. `version`
    and `stored` (texts by field) are of the register's alone. `typed` is all that was typed, merged with what others
    changed; None: nothing that is not stored. `problems` is what is wrong with it by field. The attributes below are what
    pages show, set by `Sheet`; amounts in CNY, shares of 1, None where not known.
    """

    report: MonthlyReport  # the record, or a blank one
    url: str
    own_page: str  # where all its fields are
    report_url: str
    last_url: str  # where last month's amount was reported
    editable: bool
    correcting: bool
    may_correct: bool
    may_withdraw: bool
    last: int | None
    now: int | None
    year_to_date: int | None
    share: Fraction | None
    other_plans: list[YearPlan]
    browser: dict[str, int | str]
    required: bool  # whether it must say why it is behind
    started: bool  # whether anything was filled in
    ready: bool
    usable: bool  # whether everything that was typed can be used
    errors: Messages
    doubts: Messages  # of a row that is ready: what will have to be confirmed
    unusual: str  # all that is doubted of such a row, also what stops nobody
    texts: dict[str, str]
    held: Texts
    register: dict[str, str]
    drafted: Texts

    def __init__(self, question: SheetFilter, entry: Entry, record: MonthlyReport | None) -> None:
        self.question, self.entry, self.key = question, entry, entry.pk
        self.prefix = f"{self.key}-"
        self.carried = Carried("")
        self.other_window: Conflict | None = None
        self.theirs: tuple[str, ...] = ()  # cells that were typed into in another window alone
        self._set_record(record)

    def _set_record(self, record: MonthlyReport | None) -> None:
        self.record = record
        self.version = version_of(record)
        self.stored: Texts = self.question.form.get_texts(record)
        self.typed: dict[str, str] | None = None
        self.problems: Messages = {}
        self.conflict: Conflict | None = None
        self.fits = True  # whether the record can be stored as it stands
        self.draft: ReportDraft | None = None

    # what was typed

    def read(self, data: QueryDict) -> None:
        """Take what a form says of this row, over what the person typed into it before, in this window or another."""
        carried = Carried.from_data(data, self.prefix)
        assert carried is not None  # noqa: S101  the form has the row
        self.carried = carried
        names = [name for name in NAMES if f"{self.prefix}{name}" in data]
        texts = {name: str(data[f"{self.prefix}{name}"]).replace("\r\n", "\n").strip() for name in names}
        self.typed = self._merge_windows(texts, self._read_known(data))
        self._add_draft()

    def read_draft(self) -> None:
        """Take what the entry's draft says, if there is one."""
        draft = self.question.drafts.get(self.key)
        if draft is not None:
            self.typed, self.carried = self.question.get_draft_texts(self.key), Carried(draft.version)
            self._judge_draft()
            self.draft = draft if self.typed is not None else None

    def _read_known(self, data: QueryDict) -> Texts | None:
        """Return what the form had been told of the row's draft; None where it does not say."""
        try:
            known = orjson.loads(str(data[f"{self.prefix}drafted"]) or "{}")
        except (
            KeyError,
            ValueError,
        ):  # the latter also of what is nested beyond measure, or no text that can be stored
            return None
        is_known = isinstance(known, dict) and all(isinstance(text, str) for text in known.values())
        return known if is_known else None

    def _merge_windows(self, mine: dict[str, str], known: Texts | None) -> dict[str, str]:
        """Return what is to be stored of `mine`; a cell that was changed in both windows is not before the person has
        chosen.
        """
        if known is None:
            return mine
        form, draft = self.question.form, self.question.drafts.get(self.key)
        lines = compare_texts(
            {**self.stored, **known},
            mine,
            {**self.stored, **self.question.get_draft_texts(self.key)},
            label=form.get_label,
            display=form.format_kept_text,
            same=form.is_same,
            prefix=self.prefix,
        )
        self.theirs = tuple(line.key for line in lines if not line.three.by_me)
        merge = Merge([line for line in lines if line.three.is_conflict])
        merge.choose(self.carried.choices, newest=False)
        if merge.open:
            when = draft.saved_at if draft else None
            self.other_window = Conflict(merge.open, "", when, may_keep=True, base="", prefix=self.prefix, known=known)
        chosen = {line.key: line.three.value_of(line.chosen or Side.THEIRS) for line in merge.lines}
        return {name: text for name, text in (mine | chosen).items() if name not in self.theirs}

    def _add_draft(self) -> None:
        draft = self.question.drafts.get(self.key)
        if draft is None or self.typed is None:
            return
        self.typed = {**self.question.get_draft_texts(self.key), **self.typed}
        # of two versions that were typed over, the older one
        if not self.carried.base and draft.version not in (self.carried.version, self.version):
            self.carried = Carried(self.carried.version, draft.version, self.carried.choices)

    def _merge_people(self) -> dict[str, str] | Conflict:
        """Return what is to be saved; the conflict, if somebody else's change is at stake."""
        question, form, typed = self.question, self.question.form, self.typed or {}
        record = self.record
        texts = merge_texts(
            self.carried,
            record,
            {name: text for name, text in typed.items() if name != QUOTED},
            texts_of=form.get_texts,
            label=form.get_label,
            display=form.format_kept_text,
            same=form.is_same,
            blank=new_report(self.entry, month=question.round.month),
            may_keep=record is None or (may_edit(question.user, record) and record.state != ReportState.SUBMITTED),
            prefix=self.prefix,
        )
        return texts if isinstance(texts, Conflict) else {**typed, **texts}

    def _judge(self, check: Check) -> None:
        """Give the record what can be used of what was typed; say what is wrong with the rest. Nothing is written."""
        merge = self._merge_people()
        if isinstance(merge, Conflict):
            self.conflict = merge
            return
        round_, form = self.question.round, self.question.form
        values, unread = form.get_values(merge)
        record = self.record or new_report(self.entry, month=round_.month)
        changed = {name for name in values if name != QUOTED and getattr(record, name) != values[name]}
        if not changed and not unread and values.get(QUOTED) is None:
            self.typed = None
            return
        self.typed = merge
        if round_.state == RoundState.PLANNED:
            self.problems = {ROW: [RowMessage(_("The round has not begun; nothing was saved."))]}
        elif not may_edit(self.question.user, record):
            self.problems = {ROW: [RowMessage(_("This report cannot be changed now; nothing was saved."))]}
        else:
            self.record = record
            self.problems = {name: messages_of_errors([error], form.money_form) for name, error in unread.items()}
            self._set_valid_values(record, values, check)

    def _set_valid_values(self, record: MonthlyReport, values: Mapping[str, Any], check: Check) -> None:
        """Give the record the values that are valid; the others keep what they had, and are named."""
        before = {name: getattr(record, name) for name in values}
        for name, value in values.items():
            setattr(record, name, value)
        self.fits = False
        # first what is named goes back, then the amount (a reason may be lacking because of it), then everything
        for further in ((), ("disbursed", QUOTED), tuple(values)):
            try:
                record.full_clean()
                check(record)
            except ValidationError as error:
                errors = messages_of_error(error, self.question.form.money_form)
                self.problems = errors | self.problems
                back = {*errors, *further} & before.keys()
                # an amount goes back with what is lacking because of it, as a negative one with its reason
                is_new = "disbursed" in before and values["disbursed"] != before["disbursed"]
                if is_new and ("disbursed" in back or "correction_reason" in errors):
                    back |= {"disbursed"}
                    self.problems.setdefault("disbursed", errors.get("correction_reason", []))
                for name in back:
                    setattr(record, name, before[name])
                if "disbursed" in errors:
                    record.quoted_year_to_date = None
            else:
                self.fits = True
                break
        record.quoted_year_to_date = None

    def _judge_draft(self) -> None:
        """Judge what was typed; a cell that is refused keeps the value that it had, be that of the draft."""
        self._judge(self._refuse)
        before = self.question.drafts.get(self.key)
        if before and self.typed is not None and self.record and not self.conflict and ROW not in self.problems:
            old = {name: before.texts[name] for name in self.typed if name in self.problems and name in before.texts}
            problems = dict(self.problems)
            self._set_valid_values(self.record, self.question.form.get_values(old)[0], self._refuse)
            self.problems = problems

    def _refuse(self, record: MonthlyReport) -> None:
        refusals = get_refusals(record, self.question.rules)
        if refusals:
            raise ValidationError(refusals)

    # what is stored of it

    def save_as_draft(self) -> None:
        """Store what was typed, but for what was typed in another window meanwhile. The register is left alone."""
        typed = self.typed or {}
        self._judge_draft()
        self.store_draft()
        if self.other_window is not None:
            mine = {line.key: line.three.mine for line in self.other_window.lines}
            self.conflict, self.typed = self.other_window, {**typed, **mine}

    def save(self, *, takes_theirs: bool) -> None:
        """Save the row in the register as far as it can be, and the rest as a draft; with `takes_theirs` what was typed over
        another's change is dropped.
        """
        with create_revision(user=self.question.user):
            if takes_theirs:
                self._set_record(self.record)
            else:
                self._save_record()
            self.store_draft()

    def _save_record(self) -> None:
        self._judge(refuse_implausible)
        record, can_be_saved = self.record, not (self.conflict or ROW in self.problems) and self.fits
        if record is not None and self.typed is not None and can_be_saved:
            if record.pk or any(getattr(record, name) not in (None, "") for name in self.typed if name != QUOTED):
                self.problems = self._write(record) | self.problems
            self.version = version_of(record if record.pk else None)
            self.stored = self.question.form.get_texts(record) if record.pk else self.stored
            self.typed = self.typed if self.problems else None
        self.record = record if record is not None and record.pk else None

    def _write(self, record: MonthlyReport) -> Messages:
        """Save the record; return what has still to be confirmed of a correction, which is not saved. A draft is asked
        later.
        """
        try:
            with create_revision() as revision, all_or_nothing(revision):
                record.save()
        except DoubtedError as error:
            if record.pk:
                record.refresh_from_db()
            return messages_of_error(error, self.question.form.money_form)
        return {}

    def store_draft(self) -> None:
        """Store what is not in the register yet; where that is nothing, there is no draft."""
        question, before = self.question, self.question.drafts.pop(self.key, None)
        texts, refused = self._split_typed(before)
        self.draft = None
        if texts or refused:
            values = {
                "version": self.carried.opened if self.conflict else self.version,
                "texts": texts,
                "refused": refused,
                "unit": question.unit,
                "saved_at": timezone.now(),
            }
            self.draft, _is_new = ReportDraft.objects.update_or_create(
                user_id=question.user.pk, entry=self.entry, month=question.round.month, defaults=values
            )
            question.drafts[self.key] = self.draft
        elif before is not None:
            before.delete()

    def _split_typed(self, before: ReportDraft | None) -> tuple[dict[str, str], dict[str, str]]:
        """Return the texts that can be used and differ from the register, and those that are refused."""
        form = self.question.form
        texts: dict[str, str] = {}
        refused: dict[str, str] = {}
        for name, text in (self.typed or {}).items():
            is_refused = name in self.problems or not form.can_read(name, text)
            if text and is_refused:
                refused[name] = text
                if before and name in before.texts:
                    texts[name] = before.texts[name]
            elif self.conflict or not form.is_same(name, text, self.stored.get(name, "")):
                texts[name] = form.to_kept_text(name, text)
        return texts, refused

    # what pages show; the rest of it is set by `Sheet`

    @property
    def form(self) -> ReportForm:
        """Return the controls of the row."""
        return ReportForm(unit=self.question.unit, month=self.question.round.month, row=self)

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
        return str(Stage(stage).label) if stage in Stage.values else stage

    @property
    def needs_confirmation(self) -> bool:
        """Return whether something has to be confirmed before it can go."""
        return self.ready and bool(self.doubts)

    @property
    def is_submittable(self) -> bool:
        return self.ready and not self.doubts

    @property
    def details(self) -> list[tuple[str, str]]:
        """Return what else a report says that is only read: names and texts."""
        names = [name for name in (*CONTENT, "correction_reason") if name not in IN_THE_GRID and self.texts[name]]
        return [(self.question.form.get_label(name), self.texts[name]) for name in names]

    @property
    def unstored(self) -> list[str]:
        """Return the cells of which another window has something else, until one of them is chosen."""
        return [line.key for line in self.conflict.lines] if self.conflict and self.conflict.is_of_draft else []

    @property
    def error_texts(self) -> dict[str, list[str]]:
        return {name: [message.text for message in messages] for name, messages in self.errors.items()}

    @property
    def grid_errors(self) -> Messages:
        """Return what is wrong with the row itself and the fields that stand in it; the panel has the others."""
        return {name: messages for name, messages in self.errors.items() if name in (ROW, *IN_THE_GRID)}

    @property
    def has_messages(self) -> bool:
        return bool(self.grid_errors or self.doubts or self.report.comment or self.conflict)

    @property
    def page_url(self) -> str:
        return self.own_page.partition("?")[0]

    @property
    def opens_rest(self) -> bool:
        """Return whether something wants attention among the fields that are folded in the panel."""
        return self.correcting or bool(self.errors.keys() & FOLDED)


def lock_drafts(user: Any) -> None:
    """Until the transaction ends let no other window of this person read or write drafts to store something.

    To be called before the drafts are read: what another window stored meanwhile would be stored over. On SQLite the
    transaction itself sees to that.
    """
    get_user_model().objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk").first()


def read_rows(data: QueryDict, question: SheetFilter, entries: Iterable[Entry]) -> Iterator[Row]:
    """Yield the rows that a form has, as it says them. To be gone through in the transaction that stores them."""
    lock_drafts(question.user)
    by_key = {entry.pk: entry for entry in entries if f"{entry.pk}-version" in data}
    visible = MonthlyReport.objects.visible_to(question.user)
    records = {record.entry_id: record for record in visible.filter(entry__in=list(by_key), month=question.round.month)}
    for key, entry in by_key.items():
        entry.programme = question.round.programme
        if key in records:
            records[key].entry = entry
        row = Row(question, entry, records.get(key))
        row.read(data)
        yield row


class Sheet:
    """The rows of some entries of a round, made from a handful of queries, with what the user has not saved yet."""

    def __init__(self, question: SheetFilter, entries: Iterable[Entry]) -> None:
        self.question, self.round, self.user = question, question.round, question.user
        self.rule = self.round.programme.light_rule
        self.entries = list(entries)
        for entry in self.entries:
            entry.programme = self.round.programme
        self.plans = plans_by_entry(self.entries)
        self.reports: dict[int, dict[int, MonthlyReport]] = defaultdict(dict)
        by_key = {entry.pk: entry for entry in self.entries}
        visible = MonthlyReport.objects.visible_to(self.user).filter(
            entry__in=list(by_key), month__lte=self.round.month
        )
        for report in visible.select_related("returned_by"):
            report.entry = by_key[report.entry_id]
            self.reports[report.entry_id][report.month] = report

    def rows(self, saved: Mapping[int, Row] | None = None, *, strict: bool = False) -> list[Row]:
        """Return a row for each entry; `saved` are those of which something is to be said, by the entry's key.

        `strict`: a row without a report lacks what a report must say, instead of being left blank.
        """
        return [self.row(entry, (saved or {}).get(entry.pk), strict=strict) for entry in self.entries]

    def row(self, entry: Entry, row: Row | None = None, *, strict: bool = False) -> Row:
        """Return the row of an entry with all that pages show of it. Amounts in CNY, shares of 1; None where not known."""
        if row is None:
            row = Row(self.question, entry, self.reports[entry.pk].get(self.round.month))
            row.read_draft()
        form, month, plans = self.question.form, self.round.month, self.plans[entry.pk]
        row.report = report = row.record or new_report(entry, month=month)
        is_approved, may_change = report.state == ReportState.APPROVED, may_edit(self.user, report)
        row.correcting = is_approved and entry.project.code == self.question.correcting
        row.may_correct = not row.correcting and is_approved and may_change
        row.editable = self.round.state != RoundState.PLANNED and may_change and (row.correcting or not is_approved)
        row.may_withdraw = bool(report.pk) and may(self.user, ReportAction.WITHDRAW, report)
        earlier = {
            report.month: report.disbursed for report in self.get_earlier_reports(entry) if report.disbursed is not None
        }
        row.now = self._get_amount(row)
        row.last = self._get_last(entry)
        self._set_links(row)
        amounts = earlier if row.now is None else earlier | {month: row.now}
        done = None if row.now is None else sum(amounts.values())
        plan = measured_against(plans, self.rule)
        row.year_to_date, row.share = done, ratio(done, plan.amount) if plan else None
        row.other_plans = _get_other_plans(plans)
        row.required = row.editable and done is not None and must_explain(self.rule, plan, amounts)
        row.browser = _get_browser_amounts(earlier, plan, month) if row.editable else {}
        self._set_texts(row)
        row.started = bool(report.pk or row.typed is not None)
        errors = dict(row.problems)
        if row.editable and (row.started or strict):
            errors = self._get_lacking(row) | errors
        # what is wrong with the texts of another window does not stand here
        errors = {name: messages for name, messages in errors.items() if name not in row.unstored}
        row.ready = (
            row.editable
            and row.started
            and not errors
            and not row.conflict
            and may(self.user, ReportAction.SUBMIT, report)
        )
        doubts, row.unusual = self._get_doubts(report) if row.ready else ({}, "")
        row.errors, row.doubts = _name_fields(errors, form), _name_fields(doubts, form)
        row.usable = not (row.problems or row.conflict)
        return row

    def get_earlier_reports(self, entry: Entry) -> list[MonthlyReport]:
        """Return the entry's reports of the months before, in order."""
        return [report for month, report in sorted(self.reports[entry.pk].items()) if month < self.round.month]

    def _set_links(self, row: Row) -> None:
        period, code = self.round.period, row.project.code
        row.url = links.page("project", code, query=[("programme", str(period.year))])
        row.own_page = links.page("round-row", str(period), code, query=[("correct", code)] if row.correcting else [])
        row.report_url = links.page("report", code, str(period)) if row.report.pk else ""
        row.last_url = links.page("report", code, str(period.previous)) if row.last is not None else ""

    def _set_texts(self, row: Row) -> None:
        """Set what the fields show: what the report says, and as it was typed what it does not.

        `stored` becomes what the register says, `held` what the row says where something is refused, `drafted` what the form
        carries of the draft that it shows.
        """
        form, is_stored = self.question.form, row.record is not None and row.typed is None
        row.held = row.stored if is_stored else form.get_texts(row.report)
        row.texts = dict(row.held)
        stored = form.get_texts(row.record)
        for name, text in (row.typed or {}).items():
            if not form.is_same(name, text, stored.get(name, "")):
                row.texts[name] = text if name in row.problems else form.from_kept_text(name, text)
        row.register = dict.fromkeys(row.held, "") | dict(row.stored)  # a report that somebody begins says nothing
        known = row.conflict.known if row.conflict else None
        row.drafted = self.question.get_draft_texts(row.key) if known is None else known

    def _get_amount(self, row: Row) -> int | None:
        """Return the amount; of a conflict what was typed, as the totals count it, until that is decided."""
        stored: int | None = row.report.disbursed
        return stored if row.conflict is None else self.question.amounts.get(row.key, stored)

    def _get_last(self, entry: Entry) -> int | None:
        """Return last month's amount, if it is approved."""
        report = self.reports[entry.pk].get(self.round.month - 1)
        return report.disbursed if report and report.state == ReportState.APPROVED else None

    def _get_lacking(self, row: Row) -> Messages:
        """Return what a draft lacks for being submitted."""
        if row.report.state not in (ReportState.DRAFT, ReportState.RETURNED):
            return {}
        return messages_of_texts(find_missing_fields(row.report, found=self.round, unexplained=row.required))

    def _get_doubts(self, report: MonthlyReport) -> tuple[Messages, str]:
        months = Surroundings({report.entry_id: self.get_earlier_reports(report.entry)})
        doubts = find_doubts_on_submission(report, self.question.rules, months)
        return messages_of_doubts(doubts, self.question.form.money_form)


def _name_fields(by_field: Messages, form: ReportForm) -> Messages:
    """Return the messages each with its field's name where it does not stand right above: two fields may lack the same."""

    def with_name(name: str, message: RowMessage) -> RowMessage:
        label = form.get_label(name)
        if name in IN_THE_GRID or not label:
            return message
        return RowMessage(_("%(field)s: %(problem)s") % {"field": label, "problem": message.text}, message.offer)

    return {name: [with_name(name, message) for message in messages] for name, messages in by_field.items()}


def _get_other_plans(plans: Plans) -> list[YearPlan]:
    """Return the plans beside the announced one, where their amount is another."""
    announced = plans.get(PlanKind.ANNOUNCED)
    return [
        plan
        for kind, plan in plans.items()
        if kind != PlanKind.ANNOUNCED and (announced is None or plan.amount != announced.amount)
    ]


def _get_browser_amounts(earlier: Mapping[int, int], plan: YearPlan | None, month: int) -> dict[str, int | str]:
    """Return what the browser computes the same with at once, in CNY: disbursed before the month, the year's plan, and
    twelve times what it asks for in the months reported, this one included, in whole CNY.
    """
    before = sum(earlier.values())
    if plan is None or not plan.amount:
        return {"before": before, "plan": "", "due": ""}
    return {"before": before, "plan": plan.amount, "due": int(plan.get_due({*earlier, month}) * MONTHS_OF_YEAR)}
