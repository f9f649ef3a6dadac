"""The log of changes: searchable, newest first, a page of revisions at a time that never shifts."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.changes.search import ChangelogPage, fold_drafts, get_changelog_page
from projects.totals.scope import Scope

from .. import links
from ..decorators import page
from ..frame import visible_part
from ..parameters import reads
from ..table_files import EVERY_FIELD, FILES, every_field_links, file_asked, file_links, wants_every_field
from .changelog_file import log_table
from .changelog_filter import LogForm, asked, carried, chips
from .changelog_rows import events
from .undo_links import with_restoring

_SHOWN = ("record", "kind", "field", "event", "who", "door", "since", "until")


@page
@reads(*LogForm.base_fields, *FILES, asks=False, fields=EVERY_FIELD)
def changes(request: HttpRequest) -> HttpResponse:
    """The revisions that answer the question. Wrong conditions are 400."""
    question = asked(request)
    told = chips(request, question.form)
    scope = Scope(user=request.user, programme=None)
    conditions, every = [each.label for each in told], wants_every_field(request)
    table = partial(log_table, question.question, conditions=conditions, every_field=every)
    if file := file_asked(request, scope, {"changes": table}):
        return file
    answer = get_changelog_page(question.question, before=question.before, after=question.after)
    context = {
        "events": with_restoring(events(fold_drafts(answer.groups), request.user), request.user),
        "form": question.form,
        "shown_fields": [question.form[name] for name in _SHOWN if name in question.form.fields],
        "carried": carried(question.form),
        "chips": told,
        "files": file_links(request),
        "every_field": every_field_links(request),
        "clear_url": request.path,
        "visible": _visible(request.user),
        **_pages(request, answer),
    }
    return render(request, "changes/changes.html", context)


def _pages(request: HttpRequest, answer: ChangelogPage) -> dict[str, Any]:
    """Addresses of the neighbouring pages; empty at the ends."""

    def at(**place: int | None) -> str:
        given = {name: str(number) for name, number in place.items() if number is not None}
        return links.same_page(request, without=("before", "after"), **given) if given else ""

    newest = links.same_page(request, without=("before", "after"))
    return {"older_url": at(before=answer.older), "newer_url": at(after=answer.newer), "newest_url": newest}


def _visible(user: Any) -> str:
    """What the reader does not see here, in words; empty for whoever sees all."""
    access = get_access(user)
    if access.public:
        return _("Persons, reasons and reports that are not approved are not shown to the public.")
    if access.reads_all or not access.places:
        return ""
    return visible_part(Scope(user=user, programme=None))
