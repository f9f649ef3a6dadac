"""Content of a proposal: the asked values beside those that are there, and what cannot be proposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from copy import copy
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from projects.choices import ProposalState
from projects.history.revisions import explain
from projects.imports.rows import get_blank
from projects.models import Entry, Project, Proposal
from projects.models.attribution import reporter_of
from projects.models.base import get_fields_to_propose
from projects.models.proposal import (
    MEMBERSHIP,
    NEEDS_REASON,
    NOT_A_CHANGE,
    NOTHING_PROPOSED,
    OPEN,
    PROPOSABLE,
    ProposedChange,
    as_json,
    get_plain_value,
    is_of_entry,
    key_of,
    parse_value,
)
from projects.plausibility.checks import check_in_advance

from .subject import Subject, years_of

# what a new place on a list may say besides
_OF_NEW_ENTRY = ("planned_disbursement", "joined", "left", "status", "disbursed_before")


class ProposedValue(NamedTuple):
    """A value that somebody asks for, as JSON; `year` is that of the list, for a field of an entry."""

    field: str
    year: int | None
    value: Any


def submit(proposal: Proposal, asked: Iterable[ProposedValue], *, user: Any, at: dt.datetime) -> None:
    """Fill a proposal in and save it. Raises `ValidationError` by field or key."""
    if not proposal.reason:
        raise ValidationError({"reason": ValidationError(NEEDS_REASON, code="missing")})
    subject = Subject.from_proposal(proposal)
    changes = build_changes(subject, asked)
    others = Proposal.objects.filter(project=proposal.project).open().exclude(pk=proposal.pk)
    refuse_second(changes, others=others)
    proposal.set_changes(changes)
    proposal.clean()  # what it rests on is asked of the proposal first, then the records say what they could not hold
    explain(proposal.reason)
    refuse_impossible(subject, changes)
    confirmed = check_in_advance(subject.touched.values(), proposal, subject.key_of_doubt)
    proposal.state, proposal.has_news = ProposalState.SUBMITTED, False
    proposal.proposed_at, proposal.proposed_by = at, user
    proposal.answered_at, proposal.answered_by, proposal.comment = None, None, ""
    proposal.save()
    _answer_is_overtaken(proposal, user=user)
    if confirmed:
        confirmed()


def _answer_is_overtaken(proposal: Proposal, *, user: Any) -> None:
    """Whoever proposes anew what was answered has read the answer: neither a task nor an e-mail reminds of it."""
    keys = {change.key for change in proposal.changes}
    earlier = Proposal.objects.filter(project=proposal.project, proposed_by=user, has_news=True)
    for each in earlier.exclude(pk=proposal.pk).exclude(state__in=OPEN):
        if keys & {change.key for change in each.changes}:
            each.has_news = False
            each.save()


def build_changes(subject: Subject, asked: Iterable[ProposedValue]) -> list[ProposedChange]:
    """What differs from the register as it is. Raises `ValidationError` by key for what cannot be."""
    changes, errors = [], {}
    for each in asked:
        try:
            changes.append(_build_change(subject, each))
        except ValidationError as error:
            errors[key_of(each.field, each.year)] = error
    if errors:
        raise ValidationError(errors)
    if len({change.key for change in changes}) < len(changes):
        raise ValidationError({NON_FIELD_ERRORS: NOT_A_CHANGE})
    found = [change for change in changes if _differs(change)]
    if not found:
        raise ValidationError({NON_FIELD_ERRORS: NOTHING_PROPOSED})
    return found


def _differs(change: ProposedChange) -> bool:
    """Whether it proposes anything: of who joins a list nothing is known yet, and a blank text is nothing either."""
    is_nothing = change.original is None and change.proposed == ""
    return change.original != change.proposed and not is_nothing


def _build_change(subject: Subject, asked: ProposedValue) -> ProposedChange:
    if asked.field not in PROPOSABLE or is_of_entry(asked.field) != isinstance(asked.year, int):
        raise ValidationError(NOT_A_CHANGE)
    proposed = as_json(parse_value(asked.field, asked.value))  # one spelling of what is the same
    return ProposedChange(asked.field, asked.year, subject.value(asked.field, asked.year), proposed)


def refuse_impossible(subject: Subject, changes: list[ProposedChange]) -> None:
    """Raise `ValidationError` by key if the register could not hold the proposed values. The subject is spent then."""
    joining = {change.year for change in changes if change.field == MEMBERSHIP}
    away = [change for change in changes if change.year in years_of(changes) - set(subject.entries) - joining]
    if away:
        told = _("The project is not on the list of %(year)s: propose to put it there as well.")
        raise ValidationError({change.key: told % {"year": change.year} for change in away})
    if errors := subject.put(changes):
        raise ValidationError(errors)


def refuse_second(changes: list[ProposedChange], *, others: Iterable[Proposal]) -> None:
    """Raise `ValidationError` by key for a field about which another proposal is not decided yet."""
    taken = {change.key: other for other in others for change in other.changes}
    told = _("Proposal %(number)s about this is not decided yet. Withdraw it, or have it decided, first.")
    errors = {
        change.key: ValidationError(told, "unique", {"number": taken[change.key].pk})
        for change in changes
        if change.key in taken
    }
    if errors:
        raise ValidationError(errors)


# what of a record its sender may write, and what becomes part of a proposal


def copy_as_stored(record: Any) -> Any:
    """The record as it is stored; None for a new one."""
    return None if record._state.adding else _with(record, record._stored)


def copy_as_written(record: Any, user: Any) -> Any:
    """The record without what this user may only propose; None where all of it is."""
    gated = get_fields_to_propose(record, user)
    if record._state.adding and gated:
        return None
    # a figure takes who reported it with it, and here it stays
    names = [*gated, *(reporter_of(name) for name in gated if name in record.attributed)]
    columns = [record._meta.get_field(name).attname for name in names]
    written = _with(record, {column: record._stored[column] for column in columns})
    written.only_proposed = frozenset(gated)
    return written


def get_values_to_propose(record: Project | Entry, user: Any) -> list[ProposedValue]:
    """What this user may only propose of it."""
    gated = get_fields_to_propose(record, user)
    if not isinstance(record, Entry):
        return [ProposedValue(f"project.{name}", None, get_plain_value(f"project.{name}", record)) for name in gated]
    year = record.programme.year
    if record._state.adding and gated:
        said = [name for name in _OF_NEW_ENTRY if getattr(record, name) != get_blank(record, name)]
        return [ProposedValue(MEMBERSHIP, year, True), *_get_entry_values(record, said, year)]
    return _get_entry_values(record, gated, year)


def _get_entry_values(record: Entry, names: list[str], year: int) -> list[ProposedValue]:
    return [ProposedValue(f"entry.{name}", year, get_plain_value(f"entry.{name}", record)) for name in names]


def _with(record: Any, values: dict[str, Any]) -> Any:
    found = copy(record)
    for name, value in values.items():
        setattr(found, name, value)
    return found
