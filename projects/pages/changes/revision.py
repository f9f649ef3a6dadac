"""Pages `/changes/<number>/` and `…/undo/`: everything that a revision changed, and undoing it or one record of it.

Which changes a user is offered to undo goes by the role alone; the page that undoes looks at the record itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.changes.differences import RecordNames, get_referenced_names
from projects.changes.kinds import Kind, all_kinds, all_rows, get_readable_kinds, visible_rows
from projects.changes.search import CHANGED, CREATED, DELETED, ChangelogQuery, Group, count_rows_by_kind, get_items
from projects.changes.undo import Action, Obstacle, Reversal, UndoPreview, UndoRefusedError, get_undo_preview, undo
from projects.models import Overruling, Revision
from projects.text import LONGEST_REASON

from .. import formatting, links
from ..decorators import page, work_page
from ..list_pages import PAGE, get_pages
from ..parameters import accepts_parameters
from ..reach import has_reach, set_reader_of_record
from .events import ChangelogRow, Event, build_events, build_field_changes, get_value_words

_REVERSE = {CREATED: "delete", CHANGED: "change", DELETED: "add"}
SIZE = 100  # rows of a page


@page
@accepts_parameters(PAGE, asks=False)
def revision(request: HttpRequest, number: int) -> HttpResponse:
    """Show who made a revision, when, by which channel and why, and all that it changed.

    404 where nothing of it is the reader's to see.
    """
    record = get_revision(number)
    reader = _set_reader(request, number)
    query = ChangelogQuery(user=reader, kinds=tuple(get_readable_kinds(reader)))
    counts: Counter[Kind] = Counter()
    did = count_rows_by_kind(query, [number])[number]
    for (kind, _event), count in did.items():
        counts[kind] += count
    if not counts:
        raise Http404
    whole = counts.total()
    pages = get_pages(request, whole, size=SIZE)
    group = Group(record)
    passed = 0
    for kind in query.kinds:  # in the order of kinds, the rows that fall on this page
        first, last = pages.first - 1 - passed, pages.last - passed
        passed += counts[kind]
        if first < counts[kind] and last > 0:
            rows = query.rows(kind).filter(revision_id=number).order_by("history_id").values_list("pk", flat=True)
            group.items += get_items(kind, list(rows[max(first, 0) : last]), reader)
    [event] = with_undo(build_events([group], reader, whole=True), reader)
    any_of_it = any(line.undo for line in event.lines)
    not_all = _why_not_all(number, did, seen=whole, user=request.user) if any_of_it else ""
    context = {
        "event": event,
        "revision": record,
        "count": whole,
        "pages": pages,
        "undo_url": undo_url(number) if any_of_it and not not_all else "",
        "not_all": not_all,
        "overrulings": _overrulings(reader, number),
    }
    return render(request, "changes/revision.html", context)


def _set_reader(request: HttpRequest, number: int) -> Any:
    """Set and return the reader of a revision: the user where a grant covers some of it, else the public."""
    user: Any = request.user
    own = ChangelogQuery(user=user, kinds=tuple(get_readable_kinds(user)))
    return set_reader_of_record(request, is_own=has_reach(user) and bool(count_rows_by_kind(own, [number])[number]))


def _overrulings(user: Any, number: int) -> Any:
    """Return what was doubted of what it wrote, and why a person kept it: as many as a page has rows."""
    found = Overruling.objects.visible_to(user).filter(revision_id=number)
    return found.select_related("rule", "user").order_by("pk")[:SIZE]


def get_revision(number: int) -> Any:
    """Return the revision of this number. Raises `Http404`."""
    return get_object_or_404(Revision.objects.select_related("user"), number=number)


def undo_url(number: int, record: str = "") -> str:
    """Return the page that asks whether a revision, or its change to one record, is to be undone."""
    return links.page("undo", str(number), query=[("record", record)] if record else [])


def _why_not_all(number: int, did: Iterable[tuple[Kind, str]], *, seen: int, user: Any) -> str:
    """Return why the user may not write back every record of a revision, which `did` this to these kinds; '' if they may.

    `seen` of its rows are the user's to see. One record that is not theirs, such as the proposal that the revision
    accepted, and nothing of it would be undone.
    """
    if not user.is_authenticated:
        return _("Sign in to undo it.")
    others = {kind.label for kind, event in did if not user.has_perm(_permission(kind, event))}
    if others:
        told = _("It cannot be undone as a whole, since nobody writes these back: %(kinds)s. Single records can be.")
        return told % {"kinds": formatting.listing(sorted(others))}
    if get_access(user).reads_all or _count_rows(number) == seen:
        return ""
    return _("It cannot be undone as a whole, since it also changed records that you do not have access to.")


def _count_rows(number: int) -> int:
    """Return how many rows a revision wrote, whoever may see them; one query."""
    rows = [all_rows(kind.history).filter(revision_id=number).order_by().values("history_id") for kind in all_kinds()]
    return rows[0].union(*rows[1:], all=True).count()


def with_undo(events: list[Event], user: Any, *, happened: Iterable[str] = tuple(_REVERSE)) -> list[Event]:
    """Return the events with a way back for every record that the user's role may write back, of what `happened`."""
    if not user.is_authenticated:
        return events
    kinds = {kind.name: kind for kind in all_kinds()}
    rows = [(event, row) for event in events for row in event.lines if row.key and row.event in happened]
    there = _existing_keys([row for _event, row in rows], kinds)
    for event, row in rows:
        kind, is_deleted = kinds[row.key.partition(".")[0]], row.event == DELETED
        if (row.key in there) != is_deleted and user.has_perm(_permission(kind, row.event)):
            row.undo, row.restores = undo_url(event.revision.number, row.key), is_deleted
    return events


def _permission(kind: Kind, event: str) -> str:
    """Return the permission that writing the record of an event back takes."""
    return f"{kind.model._meta.app_label}.{_REVERSE[event]}_{kind.name}"


def _existing_keys(lines: Iterable[ChangelogRow], kinds: dict[str, Kind]) -> set[str]:
    """Return the keys of those records of the lines that exist now; a query for each kind."""
    keys: dict[str, set[int]] = {}
    for line in lines:
        name, _dot, key = line.key.partition(".")
        keys.setdefault(name, set()).add(int(key))

    return {
        f"{name}.{key}"
        for name, own in keys.items()
        for key in all_rows(kinds[name].model).filter(pk__in=own).order_by().values_list("pk", flat=True)
    }


MOST_UNDONE = 60  # records: others wait for the lock meanwhile, for less than a second
_SHOWN = 200  # records that are listed; the rest is counted


@work_page
@accepts_parameters("record", asks=False)
def undo_revision(request: HttpRequest, number: int) -> HttpResponse:
    """Undo a revision on a POST with a `reason`, or its change to one record (`record=claim.12`); a GET shows what it does.

    A refusal shows what stands in the way.
    """
    if not request.user.is_authenticated:
        raise PermissionDenied(_("Sign in to change something."))
    revision = get_revision(number)
    only = _get_single_record(request, number)
    try:
        undoing = get_undo_preview(revision, user=request.user, only=only)
    except PermissionDenied as error:
        context = {"revision": revision, "why": str(error), "whole": only is None}
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
            done = undo(revision, user=request.user, reason=request.POST.get("reason", "")[:LONGEST_REASON], only=only)
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


def _get_single_record(request: HttpRequest, number: int) -> tuple[Kind, int] | None:
    """Return the one record that the address names.

    Raises `Http404` for one that is not of this revision, or not visible.
    """
    if "record" not in request.GET:
        return None
    name, _dot, text = request.GET["record"].partition(".")
    kind = next((each for each in get_readable_kinds(request.user) if each.name == name), None)
    if kind is None or not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise Http404
    if not visible_rows(kind, request.user).filter(**{kind.key: int(text)}, revision_id=number).exists():
        raise Http404
    return kind, int(text)


def _steps(reversals: list[Reversal], obstacles: list[Obstacle], user: Any) -> list[dict[str, Any]]:
    """Return what will happen to each record, in words, and why it cannot."""
    patterns: dict[Any, str] = {
        Action.SET: _("%(record)s goes back"),
        Action.DELETE: _("%(record)s is deleted"),
        Action.RESTORE: _("%(record)s is restored"),
    }
    names = get_referenced_names([change for reversal in reversals for change in reversal.changes], user)
    titles = RecordNames((reversal.kind, reversal.after) for reversal in reversals)
    steps = []
    for reversal in reversals:
        words, record = get_value_words(reversal.kind, names), titles.get_name(reversal.kind, reversal.after)
        title = patterns[reversal.action] % {"record": formatting.sentence_case(reversal.kind.label)}
        steps.append(
            {
                "title": " · ".join(filter(None, [title, record.words])),
                "name": f"{record.code} {record.project}".strip(),
                "changes": build_field_changes(reversal.changes, words),
                "obstacles": [
                    _obstacle(obstacle, words)
                    for obstacle in obstacles
                    if (obstacle.reversal.kind, obstacle.reversal.key) == (reversal.kind, reversal.key)
                ],
            }
        )
    return steps


def _obstacle(obstacle: Obstacle, words: Any) -> str:
    if obstacle.part is None:
        return obstacle.message
    present = words.text(obstacle.part, obstacle.reversal.present) or _("blank")
    shown = {"field": obstacle.part.label, "present": present, "number": obstacle.later}
    if obstacle.later is None:
        return _("%(field)s is now %(present)s, and the log does not say since when.") % shown
    return _("%(field)s is now %(present)s, since revision %(number)s: that stays.") % shown
