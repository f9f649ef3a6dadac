"""One revision at its permanent address: who, when, by which door, why, and everything that it changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from projects.access import get_access
from projects.changes.kinds import Kind, get_readable_kinds
from projects.changes.search import ChangelogQuery, Group, count_rows_by_kind, get_items
from projects.models import Overruling, Revision

from ..decorators import page
from ..list_pages import PAGE, pages_of
from ..parameters import reads
from .changelog_rows import events
from .undo_links import may_undo_any, undo_url, why_not_all, with_undo

SIZE = 100  # rows of a page


@page
@reads(PAGE, asks=False)
def revision(request: HttpRequest, number: int) -> HttpResponse:
    """404 where nothing of it is the reader's to see."""
    found = found_revision(number)
    question = ChangelogQuery(user=request.user, kinds=tuple(get_readable_kinds(request.user)))
    counts: Counter[Kind] = Counter()
    did = count_rows_by_kind(question, [number])[number]
    for (kind, _event), count in did.items():
        counts[kind] += count
    if not counts:
        raise Http404
    whole = counts.total()
    pages = pages_of(request, whole, size=SIZE)
    group = Group(found)
    passed = 0
    for kind in question.kinds:  # in the order of kinds, the rows that fall on this page
        first, last = pages.first - 1 - passed, pages.last - passed
        passed += counts[kind]
        if first < counts[kind] and last > 0:
            rows = question.rows(kind).filter(revision_id=number).order_by("history_id").values_list("pk", flat=True)
            group.items += get_items(kind, list(rows[max(first, 0) : last]), request.user)
    [event] = with_undo(events([group], request.user, whole=True), request.user)
    any_of_it = may_undo_any([event])
    not_all = why_not_all(number, did, seen=whole, user=request.user) if any_of_it else ""
    context = {
        "event": event,
        "revision": found,
        "count": whole,
        "pages": pages,
        "undo_url": undo_url(number) if any_of_it and not not_all else "",
        "not_all": not_all,
        "shows_digests": not get_access(request.user).public,
        "overrulings": _overrulings(request.user, number),
    }
    return render(request, "changes/revision.html", context)


def _overrulings(user: Any, number: int) -> Any:
    """What was doubted of what it wrote, and why a person kept it: as many as a page has rows."""
    found = Overruling.objects.visible_to(user).filter(revision_id=number)
    return found.select_related("rule", "user").order_by("pk")[:SIZE]


def found_revision(number: int) -> Any:
    """The revision of this number. Raises `Http404`."""
    return get_object_or_404(Revision.objects.select_related("user"), number=number)
