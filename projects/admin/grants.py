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
from .forms import RegisterForm


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
        return not (is_above and action in ("change", "delete")) and super().may(request, action, obj)

    def formfield_for_foreignkey(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        found = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user" and not request.user.is_superuser:
            found.queryset = found.queryset.filter(is_superuser=False)
        return found


class GrantInline(RegisterInline, admin.TabularInline):
    model = Grant
    form = GrantForm
    related = ("user", "prefecture")
    fields = ("role", "prefecture")
