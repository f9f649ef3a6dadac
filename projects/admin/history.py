"""Object history: who, when, by which door, why, and each field before and after. It can only be read.

The history belongs to the record as it is now: whoever may read the record reads all of it, also from when the record was
another prefecture's. There is no way back from here to an older state, so nothing is written and nothing can be; the log
of changes on the site is where a revision is undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.changes.differences import Difference, ValueWords, differences, get_referenced_names

from .display import dash, exact_amount

PER_PAGE = 50
EVENTS = {"+": gettext_lazy("created"), "~": gettext_lazy("changed"), "-": gettext_lazy("deleted")}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as text."""

    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class HistoryChange:
    """One history row, told against the row before it (None for the first)."""

    row: Model
    event: Any
    fields: list[FieldChange]

    @property
    def revision(self) -> Any:
        return self.row.revision


class HistoryView:
    """The history page of an admin whose model has `history`.

    `history_texts` says how to write a field that its type alone does not tell: name -> function of a history row.
    """

    history_texts: dict[str, Callable[[Any], Any]] = {}

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Nothing: the record's own history says more than Django's log."""

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Nothing, as above, but whether anything was changed, so that nobody is told that it was."""
        request.changed_nothing = not message  # type: ignore[attr-defined]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Nothing, as above."""

    def message_user(
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        if level == messages.SUCCESS and getattr(request, "changed_nothing", False):
            message, level = _("You changed nothing, so nothing was saved."), messages.INFO
        super().message_user(request, message, level, *args, **kwargs)  # type: ignore[misc]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        rows = self.model.history.model.objects.filter(**{self.opts.pk.attname: record.pk}).order_by("-history_id")
        page = Paginator(rows.select_related("revision__user"), PER_PAGE).get_page(request.GET.get("p"))
        return self.own_page(
            request,
            "admin/record_history.html",
            _("History: %(record)s") % {"record": record},
            object=record,
            page=page,
            changes=changes(
                list(page.object_list), before=_row_before(rows, page), user=request.user, texts=self.history_texts
            ),
            may_see_revisions=request.user.has_perm("projects.view_revision"),
            **(extra_context or {}),
        )


def _row_before(rows: QuerySet, page: Any) -> Model | None:
    """The newest row of the next page: what the oldest one of this page is compared to."""
    return rows[page.end_index()] if page.has_next() else None


def changes(
    rows: list[Model], *, before: Model | None, user: Any, texts: dict[str, Callable[[Any], Any]]
) -> list[HistoryChange]:
    """History rows of one record, newest first, each told against the one before it."""
    if not rows:
        return []
    record = type(rows[0]).instance_type
    found = [
        differences(record, old if row.history_type == "~" else None, row)
        for row, old in zip(rows, [*rows[1:], before], strict=True)
    ]
    names = get_referenced_names([each for told in found for each in told], user)
    words = ValueWords(money=exact_amount, nothing=dash(), names=names, texts=texts)
    return [
        HistoryChange(row, EVENTS[row.history_type], [_field_change(each, words) for each in told])
        for row, told in zip(rows, found, strict=True)
    ]


def _field_change(found: Difference, words: ValueWords) -> FieldChange:
    before = None if found.before is None else words.text(found.part, found.before)
    return FieldChange(found.part.label, before, words.text(found.part, found.after))
