"""Saving what was typed into a row: what can be saved is, what cannot is said, what another changed is not overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.choices import ReportState, RoundState
from projects.history.revisions import all_or_nothing, create_revision
from projects.models import Entry, MonthlyReport, ReportDraft, Round
from projects.models.report import new_report
from projects.pages.edit_conflicts import Conflict, merged, version_of
from projects.plausibility.checks import DoubtedError, refuse_implausible
from projects.workflows.reporting import may_edit

from .row_fields import QUOTED, Typed, in_form, label, same, shown, texts_of, values_of
from .row_messages import ROW, Messages, RowMessage, messages_of, said_of

Judge = Callable[[MonthlyReport], None]  # raises `ValidationError` for what is refused beyond the record's own rules


@dataclass
class SavedRow:
    """What came of a row: the report with what can be used of it (None: there is none), what is wrong, what cannot be used.

    `version` and `stored` are of the report as the register has it: where the row is a draft, `report` says more than that.
    """

    report: MonthlyReport | None
    version: str = ""
    stored: Mapping[str, str] = field(default_factory=dict)
    typed: Typed | None = None  # all that was typed, merged with what another changed; None: it is what is stored
    errors: Messages = field(default_factory=dict)
    conflict: Conflict | None = None
    fits: bool = True  # whether the report can be stored as it stands
    draft: ReportDraft | None = None
    theirs: tuple[str, ...] = ()  # cells that were typed into in another window alone

    def texts(self, form: str) -> dict[str, str]:
        """What the fields show: what the report says, and as it was typed what it does not."""
        said = texts_of(self.report, form) if self.report else {}
        typed = self.typed.texts if self.typed else {}
        unsaid = {name: text for name, text in typed.items() if not same(name, text, said.get(name, ""), form=form)}
        return said | {
            name: in_form(name, text, form) if name not in self.errors else text for name, text in unsaid.items()
        }


def stored_report(entry: Entry, *, month: int, user: Any) -> MonthlyReport | None:
    """The entry's report of a month, with the entry's own objects so that nothing is asked for twice."""
    found = MonthlyReport.objects.visible_to(user).filter(entry=entry, month=month).first()
    if found is not None:
        found.entry = entry
    return found


def save_row(typed: Typed, entry: Entry, round_: Round, *, user: Any, choice: str) -> SavedRow:
    """Save a row in the register as far as it can be. `choice` is "theirs" to drop what was typed over another's change."""
    with create_revision(user=user):
        stored = stored_report(entry, month=round_.month, user=user)
        if choice == "theirs":
            return row_of(stored, typed.form)
        row = judged(typed, stored, entry, round_, user=user, judge=refuse_implausible)
        if row.typed is None or row.conflict or ROW in row.errors or row.report is None or not row.fits:
            row.report = row.report if row.report and row.report.pk else None
            return row
        if row.report.pk or any(
            getattr(row.report, name) not in (None, "") for name in row.typed.texts if name != QUOTED
        ):
            row.errors = _written(row.report, typed.form) | row.errors
        row.version = version_of(row.report if row.report.pk else None)
        row.stored = texts_of(row.report, typed.form) if row.report.pk else row.stored
        row.typed = row.typed if row.errors else None
        row.report = row.report if row.report.pk else None
        return row


def row_of(stored: MonthlyReport | None, form: str) -> SavedRow:
    """A row that says what is stored."""
    return SavedRow(stored, version_of(stored), texts_of(stored, form) if stored else {})


def judged(
    typed: Typed, stored: MonthlyReport | None, entry: Entry, round_: Round, *, user: Any, judge: Judge
) -> SavedRow:
    """The row with what can be used of what was typed, and what is wrong with the rest. Nothing is written."""
    row = row_of(stored, typed.form)
    merge = _merged(stored, typed, entry, round_, user=user)
    if isinstance(merge, Conflict):
        row.typed, row.conflict = typed, merge
        return row
    values, unread = values_of(merge)
    report = stored or new_report(entry, month=round_.month)
    changed = {name for name in values if name != QUOTED and getattr(report, name) != values[name]}
    if not changed and not unread and values.get(QUOTED) is None:
        return row
    row.typed = merge
    if round_.state == RoundState.PLANNED:
        row.errors = {ROW: [RowMessage(_("The round has not begun; nothing was saved."))]}
    elif not may_edit(user, report):
        row.errors = {ROW: [RowMessage(_("This report cannot be changed now; nothing was saved."))]}
    else:
        row.report = report
        row.errors = {name: said_of([error], typed.form) for name, error in unread.items()}
        give(row, values, typed.form, judge)
    return row


def give(row: SavedRow, values: Mapping[str, Any], form: str, judge: Judge) -> None:
    """Give the row's report the values that are valid; the others keep what they had, and are named."""
    report = row.report
    assert report is not None  # noqa: S101  the caller has just made it
    before = {name: getattr(report, name) for name in values}
    for name, value in values.items():
        setattr(report, name, value)
    row.fits = False
    # first what is named goes back, then the amount (a reason may be lacking because of it), then everything
    for further in ((), ("disbursed", QUOTED), tuple(values)):
        try:
            report.full_clean()
            judge(report)
        except ValidationError as error:
            found = messages_of(error, form)
            row.errors = found | row.errors
            for name in {*found, *further} & set(before):
                setattr(report, name, before[name])
            if "disbursed" in found:
                report.quoted_year_to_date = None
        else:
            row.fits = True
            break
    report.quoted_year_to_date = None


def _written(report: MonthlyReport, form: str) -> Messages:
    """Save a row; what has still to be confirmed of a correction is said, and nothing saved. A draft is asked later."""
    try:
        with create_revision() as draft, all_or_nothing(draft):
            report.save()
    except DoubtedError as error:
        if report.pk:
            report.refresh_from_db()
        return messages_of(error, form)
    return {}


def _merged(stored: MonthlyReport | None, typed: Typed, entry: Entry, round_: Round, *, user: Any) -> Conflict | Typed:
    """The conflict, if somebody else's change is at stake; else what is to be saved."""
    texts = merged(
        typed.carried,
        stored,
        {name: text for name, text in typed.texts.items() if name != QUOTED},
        texts_of=partial(texts_of, form=typed.form),
        label=partial(label, month=round_.month),
        shown=partial(shown_in, form=typed.form),
        same=partial(same, form=typed.form),
        blank=new_report(entry, month=round_.month),
        may_keep=stored is None or (may_edit(user, stored) and stored.state != ReportState.SUBMITTED),
        prefix=f"{entry.pk}-",
    )
    return texts if isinstance(texts, Conflict) else typed.saying({**typed.texts, **texts})


def shown_in(name: str, text: str, *, form: str) -> str:
    """A text as readers see it, in the unit of the sheet."""
    return shown(name, in_form(name, text, form))
