"""Undoing a revision, or its change to one record: what will be set to what, then, on a reason, the deed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.changes.differences import Difference, Names, RecordNames, get_referenced_names
from projects.changes.kinds import Kind, get_readable_kinds, visible_rows
from projects.changes.undo import Action, Obstacle, Reversal, UndoPreview, UndoRefusedError, get_undo_preview, undo
from projects.text import LONGEST_REASON

from .. import formatting, links
from ..decorators import work_page
from ..parameters import reads
from .changelog_rows import FieldChange, told, words_for
from .revision_page import found_revision

MOST_UNDONE = 60  # records: others wait for the lock meanwhile, for less than a second
_SHOWN = 200  # records that are listed; the rest is counted


@dataclass(frozen=True)
class UndoStep:
    """What will happen to one record, in words, and why it cannot."""

    title: str
    name: str
    changes: list[FieldChange]
    obstacles: list[str]


@work_page
@reads("record", asks=False)
def undo_revision(request: HttpRequest, number: int) -> HttpResponse:
    """`record=claim.12` is one record of it. A POST undoes, with a `reason`; a refusal shows what stands in the way."""
    if not request.user.is_authenticated:
        raise PermissionDenied(_("Sign in to change something."))
    found = found_revision(number)
    only = _only(request, number)
    try:
        undoing = get_undo_preview(found, user=request.user, only=only)
    except PermissionDenied as error:
        context = {"revision": found, "why": str(error), "whole": only is None}
        return render(request, "changes/undo_refused.html", context, status=403)
    if not undoing.reversals:
        raise Http404
    obstacles, errors = list(undoing.obstacles), []
    is_too_large = len(undoing.reversals) > MOST_UNDONE
    if is_too_large:
        words = _(
            "This revision changed %(count)s records, and at most %(most)s are undone together. An import is undone on its "
            "own page; of other revisions undo the records one by one."
        )
        errors = [words % {"count": len(undoing.reversals), "most": MOST_UNDONE}]
    elif request.method == "POST":
        try:
            done = undo(found, user=request.user, reason=request.POST.get("reason", "")[:LONGEST_REASON], only=only)
            return HttpResponseRedirect(links.page("revision", str(done)))
        except ValidationError as error:
            errors = error.messages
        except UndoRefusedError as error:
            obstacles = list(error.obstacles)
    return _answer(request, undoing, obstacles, errors, is_blocked=is_too_large or bool(obstacles))


def _answer(
    request: HttpRequest, undoing: UndoPreview, obstacles: list[Obstacle], errors: list[str], *, is_blocked: bool
) -> HttpResponse:
    steps = _steps(undoing.reversals[:_SHOWN], obstacles, request.user)
    failed = request.method == "POST"
    context = {
        "revision": undoing.revision,
        "steps": steps,
        "more": len(undoing.reversals[_SHOWN:]),
        "blocked": is_blocked,
        "errors": errors,
        "failed": failed,
        "reason": request.POST.get("reason", ""),
        "most_reason": LONGEST_REASON,
        "whole": "record" not in request.GET,
        "restores": all(each.action == Action.RESTORE for each in undoing.reversals),
    }
    status = (409 if is_blocked else 400) if failed else 200
    return render(request, "changes/undo.html", context, status=status)


def _only(request: HttpRequest, number: int) -> tuple[Kind, int] | None:
    """The one record that the address names. Raises `Http404` for one that is not of this revision, or not visible."""
    if "record" not in request.GET:
        return None
    name, _dot, text = request.GET["record"].partition(".")
    kind = next((each for each in get_readable_kinds(request.user) if each.name == name), None)
    if kind is None or not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise Http404
    if not visible_rows(kind, request.user).filter(**{kind.key: int(text)}, revision_id=number).exists():
        raise Http404
    return kind, int(text)


def _steps(reversals: Any, obstacles: list[Obstacle], user: Any) -> list[UndoStep]:
    changes = {(each.kind, each.key): each.changes for each in reversals}
    names = get_referenced_names([change for found in changes.values() for change in found], user)
    titles = RecordNames((each.kind, each.after) for each in reversals)
    steps = []
    for each in reversals:
        own = [other for other in obstacles if (other.reversal.kind, other.reversal.key) == (each.kind, each.key)]
        steps.append(_step(each, changes[each.kind, each.key], own, names, titles))
    return steps


def _step(
    reversal: Reversal, changes: list[Difference], obstacles: list[Obstacle], names: Names, titles: RecordNames
) -> UndoStep:
    patterns = {
        Action.SET: _("%(record)s goes back"),
        Action.DELETE: _("%(record)s is deleted"),
        Action.RESTORE: _("%(record)s is restored"),
    }
    words = words_for(reversal.kind, names)
    record = titles.get_name(reversal.kind, reversal.after)
    title = patterns[reversal.action] % {"record": formatting.sentence_case(reversal.kind.label)}  # type: ignore[index]
    return UndoStep(
        title=f"{title} · {record.words}" if record.words else title,
        name=f"{record.code} {record.project}".strip(),
        changes=told(changes, words),
        obstacles=[_obstacle(each, words) for each in obstacles],
    )


def _obstacle(obstacle: Obstacle, words: Any) -> str:
    if obstacle.part is None:
        return obstacle.message
    present = words.text(obstacle.part, obstacle.reversal.present) or _("blank")
    shown = {"field": obstacle.part.label, "present": present, "number": obstacle.later}
    if obstacle.later is None:
        return _("%(field)s is now %(present)s, and the log does not say since when.") % shown
    return _("%(field)s is now %(present)s, since revision %(number)s: that stays.") % shown
