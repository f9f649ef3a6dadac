"""The admin of accounts. Rights are given by grants, inside the account or on their own."""

from __future__ import annotations

from functools import partial
from html import unescape
from http import HTTPStatus
from typing import Any

from axes.utils import reset
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget, UserChangeForm, UserCreationForm
from django.contrib.auth.hashers import is_password_usable
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portfolio.accounts.names import normalize_name
from portfolio.accounts.passwords import PasswordForm
from portfolio.models import User
from projects.admin.base import RegisterAdmin
from projects.admin.display import dash, moment_column
from projects.admin.filters import YES_OR_NO, choice_filter
from projects.admin.forms import RegisterForm
from projects.admin.grants import GrantInline, warn_waiting
from projects.models import Grant

ACTIVE, STAFF = gettext_lazy("active"), gettext_lazy("may enter the administration")
STAFF_HELP = gettext_lazy("Also needs a grant, which says what is seen and what may be changed.")
ACTIVE_HELP = gettext_lazy(
    "Accounts are not deleted, since the history names them; take this away instead. It ends the sessions and API tokens of"
    " the account for good: they do not come back when it is active again."
)


class PasswordSet(ReadOnlyPasswordHashWidget):
    """Whether there is a password, and the way to another: how its digest was made is nobody's concern."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        said = _("A password is set.") if value and is_password_usable(value) else _("No password is set.")
        return context | {"summary": [{"label": said}]}


class UserForm(RegisterForm, UserChangeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "password" in self.fields:
            self.fields["password"].widget = PasswordSet()
            self.fields["password"].help_text = ""

    def clean(self) -> dict[str, Any] | None:
        """Refuse to take away what one needs to be here."""
        refusals = {
            "is_active": _("You cannot take your own account out of use."),
            "is_staff": _("You cannot shut yourself out of the administration."),
        }
        for name, refusal in refusals.items():
            if self.instance.pk == self.request.user.pk and self.cleaned_data.get(name) is False:
                self.add_error(name, refusal)
        return super().clean()


class NewUserForm(RegisterForm, UserCreationForm):
    """The form of an account that is opened."""


@admin.register(User)
class UserAdmin(RegisterAdmin, DjangoUserAdmin):
    """Accounts. Power over everything and Django's own groups and permissions cannot be given here by anybody."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    change_user_password_template = "admin/password_of_account.html"  # noqa: S105  no secret
    add_form_template = None
    inlines = (GrantInline,)
    actions = ("unlock",)
    list_display = ("username", "name_column", "grants_column", "is_active", "is_staff", "last_login_column")
    list_filter = (
        "is_active",
        choice_filter("is_staff", STAFF, YES_OR_NO),
    )
    search_fields = ("username", "first_name", "last_name", "email")
    search_help_text = gettext_lazy("User name, name or mail address")
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    last_login_column = moment_column("last_login", gettext_lazy("last login"))
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Person"), {"fields": (("last_name", "first_name"), ("email", "language"))}),
        (gettext_lazy("Access"), {"fields": ("is_active", "is_staff")}),
        (gettext_lazy("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (gettext_lazy("Person"), {"fields": (("last_name", "first_name"), ("email", "language"))}),
        (gettext_lazy("Access"), {"fields": ("is_staff",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("grants__prefecture")

    def get_inline_instances(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Grants also on the form for a new account, which Django leaves without inlines."""
        return admin.ModelAdmin.get_inline_instances(self, request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Grant:
            warn_waiting(request, [*formset.new_objects, *(grant for grant, _names in formset.changed_objects)])

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Accounts above all grants are kept by their like only."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never: an account that wrote is named by the history. It is taken out of use instead."""
        return False

    def get_form(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> type:
        form = super().get_form(request, obj, **kwargs)
        for name, label, text in (("is_staff", STAFF, STAFF_HELP), ("is_active", ACTIVE, ACTIVE_HELP)):
            if name in form.base_fields:
                form.base_fields[name].label, form.base_fields[name].help_text = capfirst(label), text
        return form

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Django escapes the name in the title of its page before the template does."""
        response = self._run_in_revision(request, partial(super().user_change_password, request, id, form_url))
        if response.status_code == HTTPStatus.FOUND:
            warn_waiting(request, Grant.objects.filter(user=id, is_waiting=True).select_related("user", "prefecture"))
        if getattr(response, "context_data", None):
            response.context_data["title"] = unescape(response.context_data["title"])
        return response

    @admin.action(description=gettext_lazy("Unlock signing in after too many wrong passwords"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet) -> None:
        for user in queryset:
            reset(username=normalize_name(user.username))
        message = ngettext(
            "%(count)s account may sign in again.", "%(count)s accounts may sign in again.", len(queryset)
        )
        messages.success(request, message % {"count": len(queryset)})

    @admin.display(description=gettext_lazy("full name"), ordering="last_name")
    def name_column(self, user: Any) -> str:
        return user.display_name if user.display_name != user.username else dash(gettext_lazy("not given"))

    @admin.display(description=gettext_lazy("grants"))
    def grants_column(self, user: Any) -> str:
        if user.is_superuser:
            return _("everything")
        given = [
            f"{grant.get_role_display()} · {grant.prefecture}" if grant.prefecture else grant.get_role_display()
            for grant in user.grants.all()
            if not grant.is_waiting
        ]
        waiting = [grant.get_role_display() for grant in user.grants.all() if grant.is_waiting]
        given += [_("%(role)s (waits for confirmation)") % {"role": role} for role in waiting]
        return "; ".join(given) or dash(gettext_lazy("none"))
