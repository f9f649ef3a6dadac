"""Two people in one form: every form carries the revision that it was opened with, and a stale one is merged by field.

Where others changed something too, the form is shown again: with what was typed, with their values in the fields that only
they changed, and at each such field what is stored now. Rows of an inline that others changed stand as they are stored, with
what was typed into them beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.history.digests import digest_of
from projects.history.merging import Part, get_parts_as_of, get_record_as_of, get_revisions_since, version_of
from projects.models.attribution import reporter_of
from projects.models.form_fields import AmountFormField
from projects.text import is_key

from .display import amount_in_words
from .forms import source_field

CHANGED_MEANWHILE = gettext_lazy(
    "Somebody changed this record after you opened it. What you typed is kept below and was not saved. Look at it again,"
    " then save again to put yours in its place."
)
ROWS_CHANGED = gettext_lazy(
    "Somebody changed rows inside this form after you opened it. The rows stand below as they are stored now; your other"
    " changes are kept. Nothing was saved yet: look at it, then save again."
)
UNKNOWN_VERSION = gettext_lazy(
    "This form did not say which version of the record it was opened with. What you typed is kept below and was not saved."
)
NOT_EDITED = ("last_login",)  # columns that the system writes
MOST_NAMED = 5  # of those who saved meanwhile
View = Callable[[], HttpResponse]
TypedValues = list[tuple[str, str]]  # label and text


class ConflictPages:
    """Mixed into an admin."""

    def get_opened_text(self, request: HttpRequest, record: Model) -> str:
        """Return what a form carries: the revision; for records without history also a digest of what they hold."""
        if hasattr(self.model, "history"):
            return str(request.opened)
        return f"{request.opened}-{digest_of(record, without=NOT_EDITED)}"

    def handle_conflicts(self, request: HttpRequest, object_id: str | None, view: View) -> HttpResponse:
        """Show the form, or save it if it was opened with the version that is stored. Posts come under the lock."""
        if object_id is None:
            return view()
        key = unquote(object_id)
        # asked before the record is read, so that it is never newer than that
        request.opened = version_of(self.model(pk=self.opts.pk.to_python(key)), self._parts) if self._is_key(key) else 0
        if request.method != "POST":
            return view()
        text = request.POST.get("_opened", "")
        opened = int(text) if is_key(text) else 0
        may_have_opened = opened and self.has_action_permission(request, "change", None)
        try:
            record = self.get_object(request, key)
        except Http404:
            if not may_have_opened:
                raise
            return self._get_gone_page(request, None, opened)
        if text == self.get_opened_text(request, record):
            return view()
        if not hasattr(self.model, "history"):
            return self._show_again(request, view, CHANGED_MEANWHILE)
        if not self.has_change_permission(request, record):
            return self._get_gone_page(request, record, opened) if may_have_opened else view()
        base = get_record_as_of(self.model, record.pk, opened) if 0 < opened < request.opened else None
        if base is None:
            return self._show_again(request, view, UNKNOWN_VERSION)
        return self._save_merged(request, record, base, opened, view)

    def _save_merged(self, request: HttpRequest, record: Model, base: Model, opened: int, view: View) -> HttpResponse:
        """Save what was typed unless others changed something too; then show the form again, which says what."""
        data, notes = self._merge(request, record, base)
        are_rows_changed = bool(get_revisions_since(record, opened, self._parts, with_record=False))
        if are_rows_changed:
            request.typed_rows = list(self._iter_typed_rows(request, record, opened))
        request.POST = data
        request.POST["_opened"] = self.get_opened_text(request, record)  # made of what is stored now
        if are_rows_changed:
            request.POST.update(self._get_stored_rows(request, record))
        if not notes and not are_rows_changed:
            return view()
        request.notes = notes
        revisions = get_revisions_since(record, opened, self._parts)[:MOST_NAMED]
        messages = [CHANGED_MEANWHILE, ROWS_CHANGED] if are_rows_changed else [CHANGED_MEANWHILE]
        return self._show_again(request, view, [*messages, *map(_describe_revision, revisions)])

    def _merge(self, request: HttpRequest, record: Model, base: Model) -> tuple[QueryDict, dict[str, str]]:
        """Return what was typed, with the stored value of each field that only others changed since `base`; and by field
        what to say of their changes, nothing where the user changed nothing.

        A figure stands together with what was said of its origin: else one's source would be said of the other's figure.
        """
        form_class, data, notes, is_mine = self.get_form(request, record, change=True), request.POST.copy(), {}, False
        opened, stored = form_class(instance=base), form_class(instance=record)
        figures = [name for name in getattr(self.model, "attributed", ()) if source_field(name) in opened.fields]
        origins = {name for figure in figures for name in (source_field(figure), reporter_of(figure))}
        reason = set() if hasattr(self.model, "reason") else {"reason"}
        for name, field in opened.fields.items():
            if field.disabled or name in origins | reason:
                continue
            before, after = opened.get_initial_for_field(field, name), stored.get_initial_for_field(field, name)
            typed, now = field.widget.value_from_datadict(request.POST, {}, name), field.prepare_value(after)
            by_me, by_them = _is_changed(field, before, typed), _is_changed(field, before, now)
            is_same = not _is_changed(field, after, typed)
            if name in figures:
                source, reporter = (data.get(part, "").strip() for part in (source_field(name), reporter_of(name)))
                by_me |= bool(source or reporter)
                by_them |= _get_origin(base, name) != _get_origin(record, name)
                is_same &= not source and reporter in ("", getattr(record, reporter_of(name)))
            is_mine |= by_me and not is_same
            if not by_them or is_same:
                continue
            notes[name] = _("Stored now: %(value)s") % {"value": describe(field, now)}
            if not by_me:
                _set_values(data, _as_sent(field, name, now))
        return data, notes if is_mine else {}

    def _show_again(self, request: HttpRequest, view: View, message: Any) -> HttpResponse:
        """Show the form with what was typed and the version that is stored now: whoever saves again has been told."""
        request.refusal = ValidationError(message)
        response = view()
        if response.status_code == 200:
            response.status_code = 409
        return response

    def _get_gone_page(self, request: HttpRequest, record: Model | None, opened: int) -> HttpResponse:
        """Return the page that says that a form cannot be saved any more, with what was typed.

        `record` is the record if it is still visible, but not to be changed. Of others nothing is said: who asks
        for a deleted, a hidden or a missing record is answered the same.
        """
        form = self.get_form(request, None)(request.POST)
        return self.render_page(
            request,
            "admin/conflict_gone.html",
            _("This record can no longer be changed by you")
            if record
            else _("Somebody deleted this record, or you no longer have access to it"),
            status=409 if record else 410,
            typed=[("", _get_typed_values(form)), *self._iter_typed_rows(request, None, opened)],
            object=record,
        )

    # rows of inlines

    @property
    def _parts(self) -> list[Part]:
        return [(inline.model, _get_column(self.model, inline)) for inline in self.inlines]

    def _iter_typed_rows(
        self, request: HttpRequest, record: Model | None, opened: int
    ) -> Iterator[tuple[str, TypedValues]]:
        """Yield a title and the changed values of each row that was typed into, added or marked to be deleted."""
        for formset, inline in self.get_formsets_with_inlines(request, record):
            prefix, part = formset.get_default_prefix(), (inline.model, _get_column(self.model, inline))
            known = record is not None and hasattr(inline.model, "history")
            before = get_parts_as_of(part, record.pk, opened) if known else {}
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

    def _get_stored_rows(self, request: HttpRequest, record: Model) -> QueryDict:
        """Return the data of all inlines as their rows are stored, and take what was typed into them from the request."""
        data = QueryDict(mutable=True)
        for formset_class, inline in self.get_formsets_with_inlines(request, record):
            formset = formset_class(instance=record, queryset=inline.get_queryset(request))
            for name in [name for name in request.POST if name.startswith(f"{formset.prefix}-")]:
                del request.POST[name]
            for form in formset.initial_forms:
                for name, field in form.fields.items():
                    value = field.prepare_value(form.get_initial_for_field(field, name))
                    _set_values(data, _as_sent(field, form.add_prefix(name), value))
            for limit in ("TOTAL_FORMS", "INITIAL_FORMS"):
                data[f"{formset.prefix}-{limit}"] = str(len(formset.initial_forms))
        return data


def _get_origin(record: Any, figure: str) -> tuple[str, int | None]:
    """Return who reported a figure, and the source of the record where that is the figure's too."""
    has_claims = hasattr(record, "claims")
    return getattr(record, reporter_of(figure)), None if has_claims else getattr(record, "source_id", None)


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


def _get_column(model: type[Model], inline: Any) -> str:
    """Return the column of an inline's records that names the record they belong to."""
    return next(
        field.attname
        for field in inline.model._meta.fields
        if (
            field.name == inline.fk_name
            if inline.fk_name
            else field.is_relation and issubclass(model, field.related_model)
        )
    )


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
