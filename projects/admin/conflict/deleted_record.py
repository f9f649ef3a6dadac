"""A deleted record's form: it can no longer be saved, nor can one that is not one's own any more or may not change now."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.access import get_access
from projects.history.merging import get_last_row, get_owner, get_record_as_of

from .display import label_of, name_of, shown
from .form_data import SentRows, Texts, raw_of, texts_of

DELETED, MOVED, FIXED = "deleted", "moved", "fixed"


def gone_page(
    admin: Any, request: HttpRequest, key: str, *, opened: int, record: Model | None = None
) -> HttpResponse | None:
    """The page that says so and shows what was typed; None for whom there never was such a form.

    `record` is the record where it is still to be seen.
    """
    if not opened or not admin._is_key(key) or not admin.may(request, "change", None):
        return None
    row = get_last_row(admin.model, admin.opts.pk.to_python(key))
    base = get_record_as_of(admin.model, getattr(row, admin.opts.pk.attname), opened) if row else None
    if base is None:
        return None
    state = FIXED if record is not None else DELETED if row.history_type == "-" else MOVED
    was = row if state == DELETED else base._history
    if not (admin.has_change_permission(request, base) if record else _was_writable(admin.model, request.user, was)):
        return None
    page: HttpResponse = admin.own_page(
        request,
        "admin/conflict_gone.html",
        _title(state),
        status=410 if state == DELETED else 409,
        kind=capfirst(str(admin.opts.verbose_name)),
        name=str(record) if record else name_of(base),
        state=state,
        revision=row.revision if state != MOVED else None,
        typed=_typed(admin, request, base),
        object=record,
    )
    return page


def _title(state: str) -> str:
    return {
        DELETED: _("Somebody deleted this record while you were editing"),
        MOVED: _("You no longer have access to this record"),
        FIXED: _("This record can no longer be changed by you"),
    }[state]


def _was_writable(model: Any, user: Any, row: Any) -> bool:
    """Whether the record as the history has it was the user's to write; reference data follows the role alone."""
    return not getattr(model, "prefecture_path", None) or get_access(user).may_write_in(get_owner(row))


def _typed(admin: Any, request: HttpRequest, base: Model) -> list[tuple[str, list[tuple[str, Any, bool]]]]:
    """What was typed: for the record and each row, pairs of label and text, and whether it was changed."""
    form = admin.get_form(request, None, change=False)
    groups = [("", _pairs(form, dict(request.POST.lists()), form(instance=base)))]
    for formset, inline in admin.get_formsets_with_inlines(request, None):
        sent = SentRows.of(request.POST, formset)
        kind = capfirst(str(inline.opts.verbose_name))
        for texts in [*sent.rows.values(), *sent.new]:
            groups.append((kind, _pairs(formset.form, texts, None)))
    return [(title, pairs) for title, pairs in groups if pairs]


def _pairs(form_class: Any, typed: Texts, opened: Any) -> list[tuple[str, Any, bool]]:
    before = texts_of(opened) if opened is not None else {}
    found = []
    for name, field in (opened or form_class()).fields.items():
        raw = raw_of(field, name, typed)
        was = raw_of(field, name, before)
        if raw or (opened is not None and was):
            found.append((label_of(field, name), shown(field, raw), opened is not None and str(raw) != str(was)))
    return found
