"""The admin of API tokens: all of them listed, and revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portfolio.models import ApiToken, TokenScope
from projects.admin.base import ReadOnlyAdmin, RegisterAdmin
from projects.admin.display import column, dash, moment, moment_column, person_column
from projects.admin.filters import choice_filter

from .bounds import bounds_of, refusal_of


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are listed and revoked here; their users make them on their own page, where alone a key is ever shown."""

    related = ("user", "revoked_by")
    list_display = (
        "label_column",
        "account_column",
        "scope_column",
        "bound_column",
        "created_column",
        "expiry_column",
        "last_used_column",
        "revoked_column",
    )
    list_display_links = None
    list_filter = (choice_filter("scope", gettext_lazy("It may"), TokenScope.choices),)
    search_fields = ("label", "user__username", "user__first_name", "user__last_name")
    search_help_text = gettext_lazy("Label or user")
    actions = ("revoke",)
    label_column = column(
        gettext_lazy("Label"), lambda token: token.label or dash(gettext_lazy("no label")), order="label"
    )
    scope_column = column(gettext_lazy("It may"), lambda token: token.get_scope_display(), order="scope")
    account_column = person_column("user", gettext_lazy("Account"))
    created_column = moment_column("created", gettext_lazy("Made"))
    expiry_column = moment_column("expiry", gettext_lazy("Valid until"))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is not None and obj.user.is_superuser and not request.user.is_superuser:
            return False
        return RegisterAdmin.may(self, request, "delete", obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {name: action for name, action in super().get_actions(request).items() if name == "revoke"}

    def get_urls(self) -> list[Any]:
        """Only the list: a token's address would hold its hash."""
        return [url for url in super().get_urls() if str(url.name or "").endswith("_changelist")]

    def action_checkbox(self, token: Any) -> str:
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            token.pk,
            _("Select the token “%(label)s” of %(user)s") % {"label": token.label, "user": token.user},
        )

    @admin.action(description=gettext_lazy("Revoke the selected tokens"), permissions=["delete"])
    def revoke(self, request: HttpRequest, queryset: QuerySet) -> None:
        mine = [token.pk for token in queryset if self.has_delete_permission(request, token)]
        count = queryset.filter(pk__in=mine).revoke(by=request.user)
        message = ngettext(
            "%(count)s token was revoked; whoever used it is refused from now on.",
            "%(count)s tokens were revoked; whoever used them is refused from now on.",
            count,
        )
        messages.success(request, message % {"count": count})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With what the tokens of the page are bound to, asked for once."""
        page = super().get_changelist_instance(request)
        for token, bounds in zip(page.result_list, bounds_of(page.result_list), strict=True):
            token.bounds = bounds
        return page

    @admin.display(description=gettext_lazy("Only for"))
    def bound_column(self, token: Any) -> str:
        lines = [(line,) for line in (token.bounds.prefectures, token.bounds.addresses) if line]
        return format_html_join("", "<div>{}</div>", lines) or dash(gettext_lazy("not bound"))

    @admin.display(description=gettext_lazy("revoked at"), ordering="revoked_at")
    def revoked_column(self, token: Any) -> str:
        if token.revoked_at is None:
            return dash(gettext_lazy("not revoked"))
        return format_html("{}<br>{}", moment(token.revoked_at), token.revoked_by.display_name)

    @admin.display(description=gettext_lazy("Last used"), ordering="last_used")
    def last_used_column(self, token: Any) -> str:
        if token.refused_at is None:
            return moment(token.last_used)
        return format_html("{}<br><small>{}</small>", moment(token.last_used), refusal_of(token))
