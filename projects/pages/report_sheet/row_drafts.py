"""Drafts of rows: what a person typed and has not saved, outside the register, shown again wherever they sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from projects import money
from projects.choices import SheetUnit
from projects.models import Entry, MonthlyReport, ReportDraft, Round
from projects.pages.edit_conflicts import Carried
from projects.plausibility.checks import get_refusals, get_rules_in_force

from .other_windows import Compared, compared
from .row_fields import Typed, in_form, label, lasting, same, texts_of, values_of
from .row_messages import ROW
from .row_saving import SavedRow, give, judged, shown_in
from .sheet_unit import form_of


@dataclass
class Drafts:
    """One person's drafts of a month, by the key of the entry, read and written in the unit of their sheet."""

    user: Any
    round: Round
    unit: SheetUnit
    by_entry: dict[int, ReportDraft] = field(default_factory=dict)

    @classmethod
    def of(cls, user: Any, round_: Round, entries: QuerySet, *, unit: SheetUnit) -> Drafts:
        """Return the drafts of these entries. One query."""
        drafts = ReportDraft.objects.for_sheet(user, entries, month=round_.month)
        return cls(user, round_, unit, {draft.entry_id: draft for draft in drafts})

    @property
    def form(self) -> str:
        return form_of(self.unit)

    @cached_property
    def rules(self) -> Mapping[str, Any]:
        return get_rules_in_force()

    @property
    def amounts(self) -> dict[int, int | None]:
        """What was typed as disbursed where that can be used: CNY by entry, None where an amount was taken away."""
        typed = ((key, draft.texts.get("disbursed")) for key, draft in self.by_entry.items())
        return {key: money.cny(text, signed=True) if text else None for key, text in typed if text is not None}

    @staticmethod
    def one_at_a_time(user: Any) -> None:
        """Until the transaction ends no other window of this person reads or writes drafts to store something.

        To be asked before the drafts are read: what another window stored meanwhile would be stored over. On SQLite the
        transaction itself sees to that.
        """
        get_user_model().objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk").first()

    def row(self, entry: Entry, stored: MonthlyReport | None) -> SavedRow | None:
        """The row of an entry as its draft has it; None where it has none."""
        draft = self.by_entry.get(entry.pk)
        if draft is None:
            return None
        typed = Typed(self._texts(draft), Carried(draft.version), self.form)
        row = self._judged(typed, stored, entry)
        row.draft = draft
        return row if row.typed else None

    def held(self, entry: Entry) -> dict[str, str]:
        """What an entry's draft says, by field."""
        draft = self.by_entry.get(entry.pk)
        return {} if draft is None else self._texts(draft)

    def beside(self, typed: Typed, stored: MonthlyReport | None, entry: Entry) -> Compared:
        """What was typed now, beside what the person typed in other windows since this one was told."""
        return compared(
            typed,
            self.by_entry.get(entry.pk),
            self.held(entry),
            texts_of(stored, self.form) if stored else {},
            label=partial(label, month=self.round.month),
            shown=partial(shown_in, form=self.form),
            same=partial(same, form=self.form),
            prefix=f"{entry.pk}-",
        )

    def together(self, typed: Typed, entry: Entry, version: str) -> Typed:
        """What was typed now, over what is in the draft; `version` is of the report as it is."""
        draft = self.by_entry.get(entry.pk)
        if draft is None:
            return typed
        carried = typed.carried
        # of two versions that were typed over, the older one
        if not carried.base and draft.version not in (carried.version, version):
            carried = Carried(carried.version, draft.version, carried.choices)
        return Typed({**self._texts(draft), **typed.texts}, carried, typed.form)

    def write(self, typed: Typed, stored: MonthlyReport | None, entry: Entry) -> SavedRow:
        """Store what was typed as the entry's draft, the register is left alone."""
        row = self._judged(typed, stored, entry)
        self.store(row, typed, entry)
        return row

    def store(self, row: SavedRow, typed: Typed, entry: Entry) -> None:
        """Store what is not in the register yet of a row; where that is nothing, there is no draft."""
        before = self.by_entry.pop(entry.pk, None)
        texts, refused = self._apart(row, typed, before)
        row.draft = None
        if not texts and not refused:
            if before is not None:
                before.delete()
            return
        row.draft, _is_new = ReportDraft.objects.update_or_create(
            user_id=self.user.pk,
            entry=entry,
            month=self.round.month,
            defaults={
                "version": typed.carried.opened if row.conflict else row.version,
                "texts": texts,
                "refused": refused,
                "unit": self.unit,
                "saved_at": timezone.now(),
            },
        )
        self.by_entry[entry.pk] = row.draft

    def discard(self, entry: Entry) -> None:
        """Forget what was typed into a row and not saved."""
        draft = self.by_entry.pop(entry.pk, None)
        if draft is not None:
            draft.delete()

    def _texts(self, draft: ReportDraft) -> dict[str, str]:
        refused = draft.refused
        if draft.unit != self.unit:
            refused = {name: self._converted(name, text, draft.unit) for name, text in refused.items()}
        return {**draft.texts, **refused}

    def _converted(self, name: str, text: str, unit: str) -> str:
        """A text that was refused, as it would have been typed in the unit of now; as it stands if it is no amount."""
        try:
            return in_form(name, lasting(name, text, form_of(SheetUnit(unit))), self.form)
        except ValidationError:
            return text

    def _judged(self, typed: Typed, stored: MonthlyReport | None, entry: Entry) -> SavedRow:
        row = judged(typed, stored, entry, self.round, user=self.user, judge=self._judge)
        before = self.by_entry.get(entry.pk)
        if before and row.typed and row.report and not row.conflict and ROW not in row.errors:
            # a cell that is refused keeps the value that it had, be that of the draft
            refused = {
                name for name, text in row.typed.texts.items() if name in row.errors or _is_held_up(name, text, row)
            }
            old = {name: before.texts[name] for name in refused if name in before.texts}
            said = dict(row.errors)
            give(row, values_of(typed.saying(old))[0], typed.form, self._judge)
            row.errors = said
        return row

    def _judge(self, report: MonthlyReport) -> None:
        found = get_refusals(report, self.rules)
        if found:
            raise ValidationError(found)

    def _apart(self, row: SavedRow, typed: Typed, before: ReportDraft | None) -> tuple[dict[str, str], dict[str, str]]:
        """The texts that can be used and differ from the register, and those that are refused."""
        texts: dict[str, str] = {}
        refused: dict[str, str] = {}
        for name, text in (row.typed.texts if row.typed else {}).items():
            if text and (
                name in row.errors or not _can_be_read(name, text, typed.form) or _is_held_up(name, text, row)
            ):
                refused[name] = text
                if before and name in before.texts:
                    texts[name] = before.texts[name]
            elif row.conflict or not same(name, text, row.stored.get(name, ""), form=typed.form):
                texts[name] = lasting(name, text, typed.form)
        return texts, refused


def _is_held_up(name: str, text: str, row: SavedRow) -> bool:
    """Whether an amount that can be read is refused for what another field lacks, as a negative one without its reason."""
    if name != "disbursed" or not text or not row.typed or row.conflict or ROW in row.errors or not row.errors:
        return False
    return row.report is None or not same(name, text, texts_of(row.report, row.typed.form)[name], form=row.typed.form)


def _can_be_read(name: str, text: str, form: str) -> bool:
    try:
        lasting(name, text, form)
    except ValidationError:
        return False
    return True
