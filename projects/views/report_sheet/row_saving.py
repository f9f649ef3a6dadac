"""Saving what was typed into a row: what can be saved is, what cannot is said, what another changed is not overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.choices import Basis, ReportState, RoundState
from projects.models import Entry, MonthlyReport, Round
from projects.plausibility.asking import refuse
from projects.plausibility.confirmation import DoubtedError
from projects.versioning.revisions import all_or_nothing, writing
from projects.views.edit_conflicts import Conflict, merged
from projects.workflows.reporting import may_edit

from .row_fields import QUOTED, Typed, label, same, shown, texts_of, values_of
from .row_messages import ROW, Messages, RowMessage, messages_of, said_of


@dataclass
class SavedRow:
    """What came of a row: the report as it is stored (None: there is none), what is wrong, what was not saved."""

    report: MonthlyReport | None
    typed: Typed | None = None
    errors: Messages = field(default_factory=dict)
    conflict: Conflict | None = None


def stored_report(entry: Entry, *, month: int, user: Any) -> MonthlyReport | None:
    """The entry's report of a month, with the entry's own objects so that nothing is asked for twice."""
    found = MonthlyReport.objects.visible_to(user).filter(entry=entry, month=month).first()
    if found is not None:
        found.entry = entry
    return found


def new_report(entry: Entry, *, month: int) -> MonthlyReport:
    illustrative = entry.project.basis == Basis.ILLUSTRATIVE
    return MonthlyReport(entry=entry, month=month, basis=Basis.ILLUSTRATIVE if illustrative else Basis.REPORTED)


def save_row(typed: Typed, entry: Entry, round_: Round, *, user: Any, choice: str = "") -> SavedRow:
    """Save a row as far as it can be. `choice` is "theirs" to drop what was typed over another's change."""
    with writing(user=user):
        stored = stored_report(entry, month=round_.month, user=user)
        if choice == "theirs":
            return SavedRow(stored)
        merge = _merged(stored, typed, entry, round_, user=user)
        if isinstance(merge, Conflict):
            return SavedRow(stored, typed, conflict=merge)
        typed = merge
        values, unread = values_of(typed)
        report = stored or new_report(entry, month=round_.month)
        changed = {name for name in values if name != QUOTED and getattr(report, name) != values[name]}
        if not changed and not unread and values.get(QUOTED) is None:
            return SavedRow(stored)
        if round_.state == RoundState.PLANNED:
            return SavedRow(stored, typed, {ROW: [RowMessage(_("The round has not begun; nothing was saved."))]})
        if not may_edit(user, report):
            return SavedRow(
                stored, typed, {ROW: [RowMessage(_("This report cannot be changed now; nothing was saved."))]}
            )
        errors = {name: said_of([error]) for name, error in unread.items()}
        errors = _saved(report, values, wanted=bool(changed)) | errors
        return SavedRow(report if report.pk else None, typed if errors else None, errors)


def _saved(report: MonthlyReport, values: dict[str, Any], *, wanted: bool) -> Messages:
    """Save the values that are valid; the others keep what they had, and are named."""
    before = {name: getattr(report, name) for name in values}
    for name, value in values.items():
        setattr(report, name, value)
    errors: Messages = {}
    # first what is named goes back, then the amount (a reason may be lacking because of it), then everything
    for further in ((), ("disbursed", QUOTED), tuple(values)):
        try:
            report.full_clean()
            refuse(report)
        except ValidationError as error:
            found = messages_of(error)
            errors |= {name: said for name, said in found.items() if name not in errors}
            for name in {*found, *further} & set(before):
                setattr(report, name, before[name])
            if "disbursed" in found:
                report.quoted_year_to_date = None
        else:
            break
    else:
        return errors
    report.quoted_year_to_date = None
    if wanted and (report.pk or any(getattr(report, name) not in (None, "") for name in values if name != QUOTED)):
        errors = _written(report) | errors
    return errors


def _written(report: MonthlyReport) -> Messages:
    """Save a row; what has still to be confirmed of a correction is said, and nothing saved. A draft is asked later."""
    try:
        with writing() as draft, all_or_nothing(draft):
            report.save()
    except DoubtedError as error:
        if report.pk:
            report.refresh_from_db()
        return messages_of(error)
    return {}


def _merged(stored: MonthlyReport | None, typed: Typed, entry: Entry, round_: Round, *, user: Any) -> Conflict | Typed:
    """The conflict, if somebody else's change is at stake; else what is to be saved."""
    texts = merged(
        typed.carried,
        stored,
        {name: text for name, text in typed.texts.items() if name != QUOTED},
        texts_of=texts_of,
        label=partial(label, month=round_.month),
        shown=shown,
        same=same,
        blank=new_report(entry, month=round_.month),
        may_keep=stored is None or (may_edit(user, stored) and stored.state != ReportState.SUBMITTED),
        prefix=f"{entry.pk}-",
    )
    return texts if isinstance(texts, Conflict) else Typed({**typed.texts, **texts}, typed.carried)
