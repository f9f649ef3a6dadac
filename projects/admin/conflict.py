"""Two people at one form of the administration: whoever saves a version that is no longer stored is shown the form again.

A form carries the newest revision of when it was opened and the digest of its record. Shown again it has what was typed
where the second saver changed something, what is stored elsewhere, and a note at each field that others changed. Rows of
an inline that others changed stand as they are stored, with what was typed into them beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.history.digests import digest_of
from projects.history.merging import (
    Part,
    Side,
    Three,
    find_version_by_digest,
    get_parts_as_of,
    get_revisions_since,
)
from projects.models import Revision
from projects.models.form_fields import AmountFormField
from projects.text import is_key

from .display import amount_in_words

CHANGED_MEANWHILE = gettext_lazy(
    "Somebody changed this record after you opened it. What you typed is kept below and was not saved. Look at it again,"
    " then save again to put yours in its place."
)
ROWS_CHANGED = gettext_lazy(
    "Somebody changed rows inside this form after you opened it. The rows stand below as they are stored now; your other"
    " changes are kept. Nothing was saved yet: look at it, then save again."
)
NOT_EDITED = ("last_login",)  # columns that the system writes
MOST_NAMED = 5  # of those who saved meanwhile
View = Callable[[], HttpResponse]
TypedValues = list[tuple[str, str]]  # label and text


class ConflictPages:
    """Mixed into an admin. `request.opened` is what a form carries of its record."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        newest = Revision.objects.newest_number()  # asked first, so that it is never newer than the record
        found = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        if found is not None:
            request.opened = f"{newest}-{digest_of(found, without=NOT_EDITED)}"  # type: ignore[attr-defined]
        return found

    def handle_conflicts(self, request: HttpRequest, object_id: str | None, view: View) -> HttpResponse:
        """Show the form, or save it if it was opened with the version that is stored. Posts come under the lock."""
        if request.method != "POST" or object_id is None:
            return view()
        record = self.get_object(request, unquote(object_id))
        number, _dash, digest = request.POST.get("_opened", "").partition("-")
        opened, is_stored = int(number) if is_key(number) else 0, request.opened.endswith(f"-{digest}")
        parts = self._get_parts(request, record)
        are_rows_changed = bool(get_revisions_since(record, opened, parts, with_record=False))
        if (is_stored and not are_rows_changed) or not self.has_change_permission(request, record):
            return view()
        has_history = hasattr(self.model, "history")
        base = find_version_by_digest(record, digest) if has_history and not is_stored else None
        request.notes = self._merge(request, record, base) if base else {}
        if base and not request.notes and not are_rows_changed:
            return view()
        reasons = [] if is_stored else [CHANGED_MEANWHILE]
        if are_rows_changed:
            request.typed_rows = list(self._iter_typed_rows(request, record, opened))
            self._put_stored_rows(request, record)
            reasons.append(ROWS_CHANGED)
        revisions = get_revisions_since(record, opened, parts)[:MOST_NAMED]
        request.refusal = ValidationError([*reasons, *map(_describe_revision, revisions)])
        response = view()
        if response.status_code == 200:
            response.status_code = 409
        return response

    def _merge(self, request: HttpRequest, record: Model, base: Model) -> dict[str, str]:
        """Put the stored value into each field that only others changed since `base`; return what to say, by field, of their
        changes, nothing where the user changed nothing.
        """
        form_class, data = self.get_form(request, record, change=True), request.POST.copy()
        notes, is_mine = {}, False
        opened, stored = form_class(instance=base), form_class(instance=record)
        for name, field in opened.fields.items():
            before, after = (form.get_initial_for_field(field, name) for form in (opened, stored))
            typed, now = field.widget.value_from_datadict(request.POST, {}, name), field.prepare_value(after)
            by_me, by_them = _is_changed(field, before, typed), _is_changed(field, before, now)
            three = Three(before, typed, now, by_me, by_them, agree=not _is_changed(field, after, typed))
            is_mine |= by_me and not three.agree
            if by_them and not three.agree:
                notes[name] = _("Stored now: %(value)s") % {"value": describe(field, now)}
            if three.side is Side.THEIRS:
                _set_values(data, _as_sent(field, name, now))
        request.POST = data
        return notes if is_mine else {}

    # rows of inlines

    def _get_parts(self, request: HttpRequest, record: Model) -> list[Part]:
        return [(each.model, each.fk.attname) for each, _inline in self.get_formsets_with_inlines(request, record)]

    def _iter_typed_rows(self, request: HttpRequest, record: Model, opened: int) -> Iterator[tuple[str, TypedValues]]:
        """Yield a title and the changed values of each row that was typed into, added or marked to be deleted."""
        for formset, inline in self.get_formsets_with_inlines(request, record):
            prefix = formset.get_default_prefix()
            before = get_parts_as_of((inline.model, formset.fk.attname), record.pk, opened)
            total = request.POST.get(f"{prefix}-TOTAL_FORMS", "")
            for number in range(min(int(total), inline.max_num) if is_key(total) else 0):
                key = request.POST.get(f"{prefix}-{number}-id", "")
                row = before.get(int(key)) if is_key(key) else None
                form = formset.form(request.POST, prefix=f"{prefix}-{number}", instance=row)
                values = _get_typed_values(form)
                if f"{form.prefix}-DELETE" in request.POST:
                    values = [(_("Delete"), _("yes"))]
                if values:
                    name = get_record_name(row) if row else _("new")
                    yield f"{capfirst(inline.opts.verbose_name)} {name}", values

    def _put_stored_rows(self, request: HttpRequest, record: Model) -> None:
        """Put the rows of all inlines as they are stored in the place of what was typed into them."""
        request.POST = request.POST.copy()
        for formset_class, inline in self.get_formsets_with_inlines(request, record):
            formset = formset_class(instance=record, queryset=inline.get_queryset(request))
            for name in [name for name in request.POST if name.startswith(f"{formset.prefix}-")]:
                del request.POST[name]
            for form in formset.initial_forms:
                for name, field in form.fields.items():
                    value = field.prepare_value(form.get_initial_for_field(field, name))
                    _set_values(request.POST, _as_sent(field, form.add_prefix(name), value))
            for limit in ("TOTAL_FORMS", "INITIAL_FORMS"):
                request.POST[f"{formset.prefix}-{limit}"] = str(len(formset.initial_forms))


def _describe_revision(revision: Any) -> str:
    """Return who saved a revision, when and why."""
    author, when = revision.author_name or _("no user"), timezone.localtime(revision.created_at)
    text = _("Revision %(number)s: %(who)s, %(when)s. %(reason)s")
    return text % {
        "number": revision.number,
        "who": author,
        "when": f"{when:%Y-%m-%d %H:%M}",
        "reason": revision.reason_in_words,
    }


def _is_changed(field: forms.Field, initial: Any, value: Any) -> bool:
    """Return whether a value as it is sent means something else; a browser ends lines in its own way."""
    if isinstance(initial, str) and isinstance(value, str):
        initial, value = initial.replace("\r\n", "\n"), value.replace("\r\n", "\n")
    return field.has_changed(initial, value)


def _as_sent(field: forms.Field, name: str, value: Any) -> dict[str, Any]:
    """Return a prepared value by the names under which a browser sends it; None for what it does not send."""
    if isinstance(field.widget, forms.MultiWidget):
        parts = value if isinstance(value, list) else field.widget.decompress(value)
        names = [f"{name}{suffix}" for suffix in field.widget.widgets_names]
        return dict.fromkeys(names, "") | dict(zip(names, parts, strict=False))
    if isinstance(field, forms.BooleanField):
        return {name: "on" if value else None}
    return {name: "" if value is None else value}


def _set_values(data: QueryDict, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = str(value)


def _get_typed_values(form: Any) -> TypedValues:
    """Return what was typed into a bound form and differs from its record."""
    return [
        (
            capfirst(str(field.label or name)),
            describe(field, field.widget.value_from_datadict(form.data, {}, form.add_prefix(name))),
        )
        for name, field in form.fields.items()
        if name in form.changed_data
    ]


def get_record_name(record: Any) -> str:
    """Return the words of a record that may be gone, and what it belonged to as well."""
    try:
        return str(record)
    except ObjectDoesNotExist:
        return str(record.pk)


def describe(field: forms.Field, value: Any) -> str:
    """Return what was typed or chosen, as a reader would write it; as it was typed where it is nothing valid."""
    if hasattr(field, "describe"):
        return field.describe(value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if field.to_python(value) else _("no")
    if value is None or value in ("", []):
        return "—"
    try:
        if isinstance(field, forms.ModelChoiceField):
            return field.label_from_instance(field.to_python(value))
        if isinstance(field, AmountFormField):
            return amount_in_words(field.to_python(value))
    except ValidationError:
        is_record = isinstance(field, forms.ModelChoiceField)
        return _("a record that you may not see, or that is gone") if is_record else str(value)
    if isinstance(field, forms.ChoiceField):
        return str({str(key): label for key, label in flatten_choices(field.choices)}.get(str(value), value))
    return str(value)
