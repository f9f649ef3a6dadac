"""The admin of grants, and the grants inside a user's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from projects.choices import Role
from projects.models import Grant, Prefecture

from .base import RegisterAdmin, RegisterInline
from .filters import choice_filter, reference_filter
from .forms import RegisterForm, SharedChoicesFormSet

KEEPS_ITSELF = _("You cannot take the administrator's role from yourself: another administrator does it.")


def _is_own_power(role: str, account: int, request: HttpRequest) -> bool:
    """Whether somebody would take from themselves what they keep accounts by: so there is always one who can."""
    user: Any = request.user
    return role == Role.ADMINISTRATOR and account == user.pk and not user.is_superuser


class GrantForm(RegisterForm):
    constraint_fields = {
        "grant_of_a_prefecture_is_given_once": "prefecture",
        "grant_of_the_province_is_given_once": "role",
    }


@admin.register(Grant)
class GrantAdmin(RegisterAdmin):
    form = GrantForm
    related = ("user", "prefecture")
    list_display = ("user", "role", "prefecture")
    list_filter = (
        choice_filter("role", _("role"), Role.choices),
        reference_filter("prefecture", _("prefecture"), Prefecture, key="adcode", path="prefecture", none=_("none")),
    )
    search_fields = ("user__username", "user__first_name", "user__last_name")
    search_help_text = _("User name or name")
    autocomplete_fields = ("user",)
    fields = ("user", "role", "prefecture")

    def may(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        """Accounts that stand above all grants are not for those who have their own power from a grant."""
        account = getattr(obj, "user", None)
        is_above = account is not None and account.is_superuser and not request.user.is_superuser
        stays = is_above or (isinstance(obj, Grant) and _is_own_power(obj.role, obj.user_id, request))
        return not (stays and action in ("change", "delete")) and super().may(request, action, obj)

    def formfield_for_foreignkey(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        found = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user" and not request.user.is_superuser:
            found.queryset = found.queryset.filter(is_superuser=False)
        return found


class GrantFormSet(SharedChoicesFormSet):
    def clean(self) -> None:
        super().clean()
        for form in self.initial_forms:
            loses = form in self.deleted_forms or "role" in form.changed_data
            if loses and _is_own_power(form.initial["role"], self.instance.pk, self.form.request):
                raise forms.ValidationError(KEEPS_ITSELF, code="keeps_itself")


class GrantInline(RegisterInline, admin.TabularInline):
    model = Grant
    form = GrantForm
    formset = GrantFormSet
    related = ("user", "prefecture")
    fields = ("role", "prefecture")
