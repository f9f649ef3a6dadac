"""State transitions: how one is declared, and how records take it together or not at all, under the writers' lock.

Each workflow has one list: `reporting.py` for monthly reports, `proposals/transitions.py`, `adoption.py` for claims. The
API's operations and the buttons of pages are made from it, so that a transition is added there and
nowhere else. Records are read again under the lock, so of two people at one button one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail

from projects.history.revisions import Draft, all_or_nothing, create_revision
from projects.plausibility.checks import get_doubts
from projects.plausibility.rules import Doubt
from sectors.models import no_nul
from sectors.texts import check_direction, check_text

Text = Any  # a text that is translated where it is read


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One step of a workflow, and its words at every door; a door of which it has none does not offer it."""

    action: str
    starts: Collection[Any]  # states; none where the step makes the record
    end: Any = None  # None: the state stays
    permissions: tuple[str, ...]  # any one of them lets a user take it; see access.py
    change: Callable[..., None] | None = None  # sets what it leaves in a record beside the state
    comment_missing: Text = ""  # what is said without a comment; '': it needs none
    verb: Text = ""  # its code in words, for readers of files
    # the API's description, of one record and of several that take it in one call
    summary: Text = ""
    description: Text = ""
    summary_of_many: Text = ""
    # on pages: the button ('' where it counts what is chosen), the page that asks for a reason, and what is said afterwards
    button: Text = ""
    heading: Text = ""
    confirm: Text = ""
    done: Text = ""  # of `number` records, which are shown as `count`
    then: Text = ""  # and what happens next

    def allows(self, user: Any, record: Any = None) -> bool:
        """Whether the user's role takes this step, with the record if one is given, whatever its state."""
        return any(user.has_perm(permission, record) for permission in self.permissions)

    def comment(self, text: str) -> str:
        """The words of the step, without what surrounds them: one fault of all its records. Raises `ValidationError`."""
        if self.comment_missing and not text.strip():
            raise ValidationError({"comment": ValidationError(self.comment_missing, code="missing")})
        try:
            no_nul(text)
            check_text(text)
            check_direction(text)
        except ValidationError as error:
            raise ValidationError({"comment": error}) from error
        return text.strip()


def index_by_action(*transitions: Transition) -> Mapping[str, Transition]:
    """The list of a workflow, in the order in which doors offer it."""
    return {transition.action: transition for transition in transitions}


class RefusedError(Exception):
    """Nothing was done. `refusals` say for each record that stood in the way what is wrong, by field.

    `conflict` when the only thing wrong is that somebody else was faster.
    """

    def __init__(self, refusals: dict[int, Refusal]) -> None:
        super().__init__("; ".join(message for refusal in refusals.values() for message in refusal.messages))
        self.refusals = refusals

    @property
    def conflict(self) -> bool:
        return all(refusal.conflict for refusal in self.refusals.values())

    @property
    def doubts(self) -> Sequence[Doubt]:
        """What can be confirmed, where nothing else stands in the way."""
        if not all(refusal.doubts for refusal in self.refusals.values()):
            return ()
        return [doubt for refusal in self.refusals.values() for doubt in refusal.doubts]


class OvertakenError(ValidationError):
    """Somebody else was faster: what was looked at is no longer so."""


@dataclass(frozen=True)
class Refusal:
    """Why one record cannot take the step; `errors` by field, NON_FIELD_ERRORS for the record as a whole."""

    record: Any
    errors: dict[str, list[str]]
    conflict: bool = False
    doubts: Sequence[Doubt] = ()  # where all that stands in the way can be confirmed

    @property
    def messages(self) -> list[str]:
        return [message for messages in self.errors.values() for message in messages]


def take_all_or_none(
    records: Iterable[Any],
    *,
    of: QuerySet,
    user: Any,
    may: Callable[[Any], bool],
    refusal: Callable[[Any], Refusal | None],
    take: Callable[[Any, Draft], Any],
    absent: Any,
    reason: str = "",
) -> list[Any]:
    """Take all records one step further, or none: read them again from `of`, ask `may`, then `refusal`, then `take`.

    What the record itself refuses when it is taken is a refusal of that record too. Raises `PermissionDenied` (with
    `absent` for a record that is not among `of`) and `RefusedError`.
    """
    keys = [record.pk for record in records]
    with create_revision(user=user, reason=reason) as draft:
        stored = sorted(of.filter(pk__in=keys), key=lambda record: keys.index(record.pk))
        if not all(may(record) for record in stored):
            raise PermissionDenied(_("Your role does not allow this."))
        refusals = {record.pk: found for record in stored if (found := refusal(record))}
        if len(stored) < len(set(keys)):
            raise PermissionDenied(absent)
        if refusals:
            raise RefusedError(refusals)
        with all_or_nothing(draft):
            refusals = {record.pk: found for record in stored if (found := _try_step(record, draft, take=take))}
            if refusals:
                raise RefusedError(refusals)
    return stored


def _try_step(record: Any, draft: Draft, *, take: Callable[[Any, Draft], Any]) -> Refusal | None:
    """Take the record one step further; what it refuses of itself, beside the record as it is stored."""
    try:
        take(record, draft)
    except ValidationError as error:
        record.refresh_from_db()  # the step has begun to change it, and pages show it beside the refusal
        return Refusal(record, get_messages_by_field(error), doubts=get_doubts(error))
    return None


def get_messages_by_field(error: ValidationError) -> dict[str, list[str]]:
    """Return the messages of an error by field (NON_FIELD_ERRORS: of the whole record), each with its code if it has one."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return {name: [_get_message(part) for part in parts] for name, parts in by_field.items()}


def _get_message(error: ValidationError) -> str:
    [message] = error.messages
    code = error.code or getattr(error.message, "code", None)
    return ErrorDetail(message, code) if code else message


def create_event(record: Any, action: str, before: str, *, draft: Draft, user: Any, comment: str) -> None:
    """Store the event of a step that a record has taken, in the revision under way, so that its digest covers it."""
    facts = {"action": action, "before": before, "after": record.state, "comment": comment, "user": user}
    record.events.create(at=draft.created_at, revision_id=draft.number, **facts)
    draft.touched.add(record.events.model)


def last_step(record: Any) -> dict[str, str] | None:
    """Who took the newest step of a record and when, for a sentence to whoever came second; None before the first."""
    last = record.events.select_related("user").first()
    if last is None:
        return None
    return {"who": last.user.display_name, "when": f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}"}
