"""Base admin of the register: rows and permissions from grants, one request one revision, honest 404."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import DateField, Field, ForeignKey, Model, QuerySet, URLField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from projects.access import visible
from projects.history.revisions import MOST_AT_ONCE, create_revision, too_many_records
from projects.models import Enterprise, Source
from projects.models.fields import AmountField, SignedAmountField
from projects.models.form_fields import AmountFormField, DayInput, PartialDateField, SourceField
from projects.periods import partial_dates
from projects.text import LARGEST_KEY
from sectors.models import ChainLink

from .conflict import ConflictPages
from .deletion import get_deletion, get_deletion_reason, get_state_seen, needs_reason, refuse_touched
from .display import amount_column, amount_text
from .filters import field_filter
from .forms import (
    AmountInput,
    ChainLinkField,
    RecordSelect,
    RegisterForm,
    SharedChoicesFormSet,
    get_choosable_rows,
    source_field,
)


class GrantPermissions:
    """Also for inlines."""

    def has_action_permission(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        permission = f"{self.opts.app_label}.{action}_{self.opts.model_name}"
        return request.user.has_perm(permission, obj)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_action_permission(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_action_permission(request, "add", None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Decide by the row as it was opened: a refused form has its values in it."""
        if obj is None or obj.pk is None:
            return self.has_action_permission(request, "change", obj)
        opened = request.__dict__.setdefault("may_change", {})
        key = (self.opts.label, obj._meta.label, obj.pk)
        if key not in opened:
            opened[key] = self.has_action_permission(request, "change", obj)
        return opened[key]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_action_permission(request, "delete", obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_action_permission(request, "view", None)


class HistoryView:
    """Mixed into an admin: where its model has `history` that is its log, which says more than Django's."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        if not hasattr(self.model, "history"):
            super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Note whether anything was changed, so that nobody is told that it was; what was not is not logged either."""
        request.changed_nothing = not message  # type: ignore[attr-defined]
        if message and not hasattr(self.model, "history"):
            super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Log nothing: no record without a history is deleted here."""

    def message_user(
        self, request: HttpRequest, message: Any, level: int | str = messages.INFO, *args: Any, **kwargs: Any
    ) -> None:
        if level == messages.SUCCESS and getattr(request, "changed_nothing", False):
            message, level = _("You changed nothing, so nothing was saved."), messages.INFO
        super().message_user(request, message, level, *args, **kwargs)  # type: ignore[misc]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the record in the log of changes; of one without a history return Django's page."""
        if not hasattr(self.model, "history"):
            return super().history_view(request, object_id, extra_context)  # type: ignore[misc]
        record = self.get_object(request, unquote(object_id))
        return redirect(reverse("changes", query={"kind": self.opts.model_name, "key": record.pk}))


MOST_ROWS = MOST_AT_ONCE  # of an inline
FOLDED = ("collapse",)  # a part of a form that is not its usual work; Django opens it where it has an error
MADE_IN_PASSING = (Enterprise, Source)
REFUSED_BY_DATABASE = gettext_lazy(
    "The database refused this change, because other records contradict it. Nothing was saved."
)


class RegisterFields:
    """Form fields of the register, and the rows that they offer. Also for inlines."""

    # fields that are shown in another form, or not at all, where they cannot be changed: name -> admin method or "";
    # amounts are shown exactly, and what a figure is based on not at all
    readable: dict[str, Any] = {}
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return visible(super().get_queryset(request), request.user).select_related(*self.related)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if isinstance(db_field, AmountField):
            blank = gettext_lazy("Left blank: not known.") if db_field.blank else ""
            typed = {"form_class": AmountFormField, "widget": AmountInput, "help_text": blank}
            return db_field.formfield(signed=isinstance(db_field, SignedAmountField), **typed)
        if db_field.name in partial_dates(self.model):
            return PartialDateField(widget=AdminTextInputWidget)
        if type(db_field) is DateField:
            return db_field.formfield(widget=DayInput)
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        found = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, ForeignKey) and found is not None:
            found.widget = _get_plain_widget(found.widget, db_field.related_model)
        return found

    def formfield_for_foreignkey(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        kwargs["queryset"] = get_choosable_rows(db_field, request.user)
        if db_field.related_model is ChainLink:
            kwargs |= {"form_class": ChainLinkField, "queryset": kwargs["queryset"].select_related("sector")}
        elif db_field.related_model is Source:
            kwargs["form_class"] = SourceField
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = RecordSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        names = self._get_fixed_names(request, obj)
        return [
            (title, options | {"fields": self._with_readable(options["fields"], names)})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        if obj is not None:
            fields = (*fields, *getattr(self.model, "fixed_fields", ()))
        names = self._get_fixed_names(request, obj)
        methods = {method for name, method in self._readable.items() if name in names and method}
        return (*fields, *methods, *self.get_gated_fields(request, obj))

    def get_gated_fields(self, request: HttpRequest, obj: Model | None) -> frozenset[str]:
        """Return the fields of a record whose change this user may only propose."""
        return frozenset()

    def _get_fixed_names(self, request: HttpRequest, obj: Model | None) -> Collection[str]:
        if obj is None or self.has_change_permission(request, obj):
            return self.get_gated_fields(request, obj)
        return self._readable

    @property
    def _readable(self) -> dict[str, Any]:
        fields = self.model._meta.fields
        amounts = {field.name: amount_text(field) for field in fields if isinstance(field, AmountField)}
        sources = {source_field(figure): "" for figure in getattr(self.model, "attributed", ())}
        return {**amounts, **sources, **self.readable}

    def _with_readable(self, fields: Any, names: Collection[str]) -> tuple[Any, ...]:
        """Return the lines of fields with those of `names` in the form in which they are read."""
        found = (
            self._with_readable(field, names)
            if isinstance(field, list | tuple)
            else self._readable.get(field, field)
            if field in names
            else field
            for field in fields
        )
        return tuple(filter(None, found))


def _get_form_url(request: HttpRequest) -> str:
    """Return where a form is sent to: what was typed is read in the language it was typed in, whatever was chosen since."""
    query = request.GET.copy()
    query["lang"] = get_language() or ""
    return f"{request.path}?{query.urlencode()}"


def _get_plain_widget(widget: Any, model: type[Model]) -> Any:
    """Return a select without buttons, but for records that come up while another is written; none is deleted there."""
    if model not in MADE_IN_PASSING:
        return getattr(widget, "widget", widget)
    widget.can_delete_related = widget.can_view_related = False
    return widget


class RegisterAdmin(ConflictPages, HistoryView, GrantPermissions, RegisterFields, admin.ModelAdmin):
    """An admin of one model. `related` is what its rows name, fetched with them."""

    form = RegisterForm
    list_per_page = MOST_AT_ONCE  # and as many are chosen at most
    list_max_show_all = 1000
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        """Return the row if the user sees it. Hidden and missing ones give the same 404, before anything else is said."""
        found = super().get_object(request, object_id, from_field)
        if found is None or not self.has_view_permission(request, found):
            raise Http404
        return found

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> type:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        return form

    def get_inline_instances(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Return Django's; a new record shows only those parts that one may add to it."""
        found = super().get_inline_instances(request, obj)
        return [inline for inline in found if obj is not None or inline.has_add_permission(request, None)]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow only the filters that are offered: a free lookup would tell of rows that one may not see."""
        return lookup in self.known_parameters(request)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return Django's, with amounts in their unit."""
        columns = super().get_list_display(request)
        amounts = {field.name: field for field in self.opts.fields if isinstance(field, AmountField)}
        return [amount_column(amounts[name]) if name in amounts else name for name in columns]

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Return Django's, with our selects for fields that are named."""
        filters = super().get_list_filter(request)
        return [field_filter(self.opts.get_field(each)) if isinstance(each, str) else each for each in filters]

    def known_parameters(self, request: HttpRequest) -> set[str]:
        return {offered.parameter_name for offered in self.get_list_filter(request)}

    def render_page(
        self, request: HttpRequest, template: str, title: str, *, status: int | None = None, **context: Any
    ) -> TemplateResponse:
        """Return a page that Django's administration does not have, in its frame."""
        request.current_app = self.admin_site.name
        frame = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, template, frame | context, status=status)

    # writing

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        shown = partial(super().changeform_view, request, object_id, form_url, extra_context)
        view = partial(self.handle_conflicts, request, object_id, shown)
        try:
            return self._run_in_revision(request, view)
        except ValidationError as error:
            # only saving noticed it, so no form could say it: ask the form again, which now does
            request.refusal = error
        try:
            return self._run_in_revision(request, view)
        except ValidationError as error:
            return self._redirect_with_errors(request, error)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Model | None = None, **kwargs: Any
    ) -> HttpResponse:
        if obj is not None and self.has_change_permission(request, obj):
            context["opened"] = request.opened
            context["typed_rows"] = getattr(request, "typed_rows", ())
        kwargs["form_url"] = _get_form_url(request)
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def get_inline_formsets(
        self, request: HttpRequest, formsets: list[Any], inline_instances: list[Any], obj: Model | None = None
    ) -> list[Any]:
        """Return Django's; a part that is folded says how many records are in it."""
        for formset, inline in zip(formsets, inline_instances, strict=True):
            if inline.classes:
                inline.verbose_name_plural = f"{inline.verbose_name_plural} · {formset.initial_form_count()}"
        return super().get_inline_formsets(request, formsets, inline_instances, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"seen": get_state_seen(), "needs_reason": needs_reason(self.model)} | (extra_context or {})
        try:
            return self._run_in_revision(request, partial(super().delete_view, request, object_id, context))
        except ValidationError as error:
            return self._redirect_with_errors(request, error)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        request.GET = request.GET.copy()
        request.GET.pop("lang", None)
        try:
            title = capfirst(str(self.opts.verbose_name_plural))
            context = {"title": title, "carried": self._get_carried_parameters(request), "seen": get_state_seen()} | (
                extra_context or {}
            )
            return self._run_in_revision(request, partial(super().changelist_view, request, context))
        except ValidationError as error:
            return self._redirect_with_errors(request, error)

    def _run_in_revision(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Run a view; when it writes, as one revision whose lock comes before anything is read.

        Raises `ValidationError` for what only the database noticed; nothing is stored then.
        """
        if request.method != "POST":
            return view()
        try:
            with create_revision(reason=get_deletion_reason(request)):
                return view()
        except IntegrityError as error:
            raise ValidationError(REFUSED_BY_DATABASE) from error

    def _redirect_with_errors(self, request: HttpRequest, error: ValidationError) -> HttpResponse:
        for message in error.messages:
            messages.error(request, message)
        return HttpResponseRedirect(request.path)

    def _get_carried_parameters(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return what a new search or filter carries along of the query string."""
        shown = {offered.parameter_name for offered in self.get_list_filter(request)} | {"q", "search", "p", "e", "all"}
        return [(name, value) for name in request.GET for value in request.GET.getlist(name) if name not in shown]

    # actions

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Leave out chosen keys that are none, so that a forged one is simply not found; nothing is done with records
        that were written after the page was made.
        """
        request.POST = request.POST.copy()
        chosen = [key for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if self._is_key(key)]
        request.POST.setlist(ACTION_CHECKBOX_NAME, chosen)
        count = queryset.count() if request.POST.get("select_across") == "1" else len(chosen)
        if count > self.list_per_page:
            raise ValidationError(too_many_records(count, self.list_per_page))
        refuse_touched(request, queryset if "select_across" in request.POST else queryset.filter(pk__in=chosen))
        seen = get_state_seen()
        response = super().response_action(request, queryset)
        if getattr(response, "context_data", None) is not None:
            response.context_data |= {"seen": seen, "needs_reason": needs_reason(self.model)}
        return response

    def _is_key(self, text: str) -> bool:
        try:
            key = self.opts.pk.to_python(text)
        except ValidationError:
            return False
        return not isinstance(key, int) or 0 < key < LARGEST_KEY

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        return get_deletion(objs, request, self.admin_site)


class RegisterInline(GrantPermissions, RegisterFields):
    """Rows of another model inside a record's form: the same permissions, fields and choices."""

    form = RegisterForm
    formset = SharedChoicesFormSet
    extra = 0
    max_num = MOST_ROWS

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> type:
        # else a forged count of rows would have Django lay out a thousand more than the most; `max_num` itself is 0 for
        # whoever may add none, but those that are there must still come back with the form
        formset = super().get_formset(request, obj, absolute_max=MOST_ROWS, **kwargs)
        formset.form.request, formset.form.is_inline = request, True
        return formset


class ReadOnlyAdmin(RegisterAdmin):
    """Nobody adds, changes or deletes; what it shows is history itself, so it has no page of its history."""

    actions = None

    def has_action_permission(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        return action == "view" and super().has_action_permission(request, action, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.change_view(request, object_id)


class Authored:
    """Whoever adds a record is its author. The last line of `fields` is the system's to write, so a new one lacks it."""

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": self.fields[:-1]})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)
