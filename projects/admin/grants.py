"""The admin of grants, and the grants inside a user's form. A role that waits is confirmed by an action of the list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import Role
from projects.models import Grant, Prefecture

from .base import RegisterAdmin, RegisterInline
from .display import dash
from .filters import reference_filter

NOT_TO_ONESELF = gettext_lazy(
    "Choose another account: nobody gives themselves a role, and an account above all roles needs none."
)


def warn_waiting(request: HttpRequest, grants: Iterable[Grant]) -> None:
    """Tell who assigned roles which of them wait, and how they are confirmed where no other administrator could do it."""
    for grant in grants:
        if not grant.is_waiting:
            continue
        text = _("“%(grant)s” waits: it gives nothing until another administrator confirms it in the list of grants.")
        told = text % {"grant": grant}
        if not _confirmers(grant).exists():
            command = f"manage.py grant_role {grant.user.get_username()} {grant.role}"
            told += " " + _("There is no other administrator who may; on the server: %(command)s") % {
                "command": command
            }
        messages.warning(request, told)


def _confirmers(grant: Grant) -> QuerySet:
    """Return the accounts that may confirm a grant."""
    barred = [grant.user_id, grant.assigned_by_id, grant.user.password_set_by_id]
    administrators = Q(grants__role=Role.ADMINISTRATOR, grants__is_waiting=False) | Q(is_superuser=True)
    accounts = get_user_model()._default_manager.filter(administrators, is_active=True, is_staff=True)
    return accounts.exclude(pk__in=[key for key in barred if key])


@admin.display(description=gettext_lazy("confirmation"), ordering="is_waiting")
def confirmation(grant: Grant) -> str:
    """Return whether a grant waits, and who assigned and confirmed it."""
    if grant.is_waiting:
        assigner = grant.assigned_by.display_name if grant.assigned_by else _("the server")
        setter = grant.user.password_set_by
        if setter:
            text = _("waits; assigned by %(person)s; password set by %(setter)s")
            return text % {"person": assigner, "setter": setter.display_name}
        return _("waits; assigned by %(person)s") % {"person": assigner}
    if grant.confirmed_by:
        return _("confirmed by %(person)s") % {"person": grant.confirmed_by.display_name}
    return dash(_("without confirmation"))


@admin.register(Grant)
class GrantAdmin(RegisterAdmin):
    related = ("user__password_set_by", "prefecture", "assigned_by", "confirmed_by")
    list_display = ("user", "role", confirmation, "prefecture")
    list_filter = (
        "role",
        reference_filter(
            "prefecture",
            gettext_lazy("prefecture"),
            Prefecture,
            key="adcode",
            path="prefecture",
            none=gettext_lazy("none"),
        ),
        "is_waiting",
    )
    ordering = ("-is_waiting", *Grant._meta.ordering)
    search_fields = ("user__username", "user__first_name", "user__last_name")
    search_help_text = gettext_lazy("User name or name")
    autocomplete_fields = ("user",)
    fields = ("user", "role", "prefecture", confirmation)
    readonly_fields = (confirmation,)
    actions = ("confirm",)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields if obj is not None else self.fields[:-1]

    def has_action_permission(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        """Refuse accounts that stand above all grants to those who have their own power from a grant."""
        account = getattr(obj, "user", None)
        is_above = account is not None and account.is_superuser and not request.user.is_superuser
        return not (is_above and action in ("change", "delete")) and super().has_action_permission(request, action, obj)

    def formfield_for_foreignkey(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        found = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user":
            found.queryset = found.queryset.exclude(pk=request.user.pk)
            if not request.user.is_superuser:
                found.queryset = found.queryset.filter(is_superuser=False)
            found.error_messages["invalid_choice"] = NOT_TO_ONESELF
        return found

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            warn_waiting(request, [obj])

    @admin.action(description=gettext_lazy("Confirm the selected roles"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Under the lock of the list's own `create_revision()`: of two administrators who confirm one role, one does."""
        for grant in queryset:
            try:
                grant.confirm(by=request.user)
            except ValidationError as error:
                reason = {"grant": grant, "reason": " ".join(error.messages)}
                messages.error(request, _("“%(grant)s”: %(reason)s") % reason)
            else:
                messages.success(request, _("“%(grant)s” holds from now on.") % {"grant": grant})


class GrantInline(RegisterInline, admin.TabularInline):
    """One's own roles are only shown."""

    model = Grant
    fk_name = "user"
    related = ("user__password_set_by", "prefecture", "assigned_by", "confirmed_by")
    fields = ("role", "prefecture", confirmation)
    readonly_fields = (confirmation,)

    def has_action_permission(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        is_own = obj is not None and obj.pk == request.user.pk
        return not (is_own and action != "view") and super().has_action_permission(request, action, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_action_permission(request, "add", obj)
