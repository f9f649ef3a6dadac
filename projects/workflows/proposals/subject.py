"""The project that a proposal is about, with its places on lists: what is there, and what would be there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from projects.choices import Basis
from projects.history.digests import digest_of
from projects.models import Entry, MonthlyReport, Programme, Project, Proposal, Source
from projects.models.attribution import reporter_of
from projects.models.proposal import (
    MEMBERSHIP,
    PROPOSABLE,
    REPORTERS,
    ProposedChange,
    get_plain_value,
    is_of_entry,
    key_of,
    parse_value,
)
from projects.plausibility.rules import Doubt
from projects.workflows.transitions import get_messages_by_field

_BECOMES_REPORTED = ("entry.basis", Basis.REPORTED)
Errors = dict[str, list[str]]


class Subject:
    """One project in memory. `entries` are its places on lists by year; `put` changes them without saving.

    `source`, or else `reported_by`, is what figures that are put in rest on.
    """

    def __init__(
        self, project: Project, entries: Iterable[Entry], *, source: Source | None = None, reported_by: str = ""
    ) -> None:
        self.project, self.source, self.reported_by = project, source, reported_by
        self.entries = {entry.programme.year: entry for entry in entries}
        self.touched: dict[str, Any] = {}  # the records that `put` changed, by the end of their keys
        for entry in self.entries.values():
            entry.project = project  # one project, so that what is put in is seen everywhere

    @classmethod
    def from_proposal(cls, proposal: Proposal) -> Self:
        """The subject of a proposal as it is stored now, and what the proposal says of its figures: two queries."""
        project: Any = proposal.project  # what is about none any more is final, and nobody is shown it
        return cls.from_project(project, source=proposal.source, reported_by=proposal.reported_by)

    @classmethod
    def from_project(cls, project: Project, *, source: Source | None = None, reported_by: str = "") -> Self:
        """A project as it is stored now: two queries."""
        found = Project.objects.with_references().get(pk=project.pk)
        entries = found.entries.select_related("programme", "source")
        return cls(found, entries, source=source, reported_by=reported_by)

    def value(self, field: str, year: int | None) -> Any:
        """The present value of a field, as JSON."""
        if year is None:
            return get_plain_value(field, self.project)
        entry = self.entries.get(year)
        if field == MEMBERSHIP:
            return entry is not None
        return get_plain_value(field, entry) if entry is not None else None

    def put(self, changes: Iterable[ProposedChange]) -> Errors:
        """Put the proposed values in, and say by key what does not fit; nothing is saved."""
        errors: Errors = {}
        # who joins has a place first, and a figure is there before it is said who reported it
        ordered = sorted(changes, key=lambda change: (change.field != MEMBERSHIP, change.field in REPORTERS))
        for change in ordered:
            try:
                self._put(change)
            except ValidationError as error:
                errors[change.key] = error.messages
        self._attribute()
        return errors or self._get_errors()

    def _put(self, change: ProposedChange) -> None:
        value = parse_value(change.field, change.proposed)
        if change.field == MEMBERSHIP:
            self._join(change)
            return
        record: Any = self.project
        if change.year is not None:
            record = self.entries.get(change.year)
            if record is None:
                raise ValidationError(_("The project is not on the list of %(year)s.") % {"year": change.year})
        name = PROPOSABLE[change.field].name
        if name == "basis" and value == Basis.PUBLISHED and self.source is not None:
            record.source = self.source
        setattr(record, name, value)
        if name in record.attributed and value is not None:
            self._tie(record, name)
        self.touched[key_of("", change.year)] = record

    def _tie(self, record: Any, figure: str) -> None:
        """Say of a figure what it rests on: a published source becomes its adopted claim, or that of its entry."""
        if self.source is not None:
            record.name_source(figure, self.source)
        elif self.reported_by:
            setattr(record, reporter_of(figure), self.reported_by)

    def _attribute(self) -> None:
        """Who reported a record that becomes reported has reported each figure for which nobody else is named."""
        becoming = [record for record in self.touched.values() if record.pk and record.becomes_reported()]
        self.project.becoming_reported = frozenset(record.pk for record in becoming if isinstance(record, Entry))
        for record in becoming:
            for figure in record.unattributed_figures() if self.reported_by else ():
                setattr(record, reporter_of(figure), self.reported_by)

    def _join(self, change: ProposedChange) -> None:
        year = change.year
        if year in self.entries or year is None:
            return
        programme = Programme.objects.filter(year=year).first()
        if programme is None:
            raise ValidationError(_("There is no programme of %(year)s.") % {"year": year})
        self.entries[year] = Entry(project=self.project, programme=programme, basis=self.project.basis_of_news)
        self.touched[key_of("", year)] = self.entries[year]

    def key_of_doubt(self, doubt: Doubt) -> str:
        """The key of the field at which something is doubted of a changed record, if it can be proposed."""
        [end] = [end for end, record in self.touched.items() if record is doubt.record]
        field = f"{doubt.record._meta.model_name}.{doubt.field}"
        return field + end if field in PROPOSABLE else NON_FIELD_ERRORS

    def _get_errors(self) -> Errors:
        """What the changed records refuse about themselves, at the field if it can be proposed, else at the whole."""
        errors: Errors = {}
        for end, record in self.touched.items():
            try:
                record.full_clean()
            except ValidationError as error:
                for name, messages in get_messages_by_field(error).items():
                    field = f"{record._meta.model_name}.{name}"
                    errors.setdefault(field + end if field in PROPOSABLE else NON_FIELD_ERRORS, []).extend(messages)
        return errors

    def months_left_to_bureau(self, changes: Iterable[ProposedChange]) -> int:
        """How many monthly reports leave the totals because nobody handed them in, once these changes are in: one query."""
        becoming = {change.year for change in changes if (change.field, change.proposed) == _BECOMES_REPORTED}
        entries = [entry.pk for year, entry in self.entries.items() if year in becoming and entry.pk]
        return MonthlyReport.objects.filter(entry__in=entries).approved().from_nobody().count() if entries else 0

    def save(self) -> None:
        """Store what was accepted, the project first: only where its places become reported with it, they come before."""
        places_first = bool(self.project.becoming_reported)
        for record in sorted(self.touched.values(), key=lambda each: isinstance(each, Project) == places_first):
            record.is_of_accepted_proposal = True
            record.save()


def years_of(changes: Iterable[ProposedChange]) -> set[int]:
    return {change.year for change in changes if change.year is not None and is_of_entry(change.field)}


def version_of(proposal: Proposal, subject: Subject) -> str:
    """The version of a proposal and of the records that it is about: what whoever decides has looked at."""
    entries = [subject.entries[year] for year in sorted(years_of(proposal.changes)) if year in subject.entries]
    digests = [digest_of(record) for record in (proposal, subject.project, *entries)]
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:32]


def find_moved_changes(proposal: Proposal, subject: Subject) -> list[ProposedChange]:
    """The changes whose base has moved: the present value is neither the original nor the proposed one."""
    return [
        change
        for change in proposal.changes
        if subject.value(change.field, change.year) not in (change.original, change.proposed)
    ]
