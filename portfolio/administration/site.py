"""The admin site: its sign-in and its index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portfolio.accounts.passwords import OwnPasswordForm
from projects.access import get_access
from projects.models import Grant

OWN_APPS = {"portfolio", "projects", "sectors"}

# how the index groups the models, most used first: label, then models as app_label.model_name
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        _("Register"),
        (
            "projects.project",
            "projects.entry",
            "projects.claim",
            "projects.enterprise",
            "projects.source",
            "projects.note",
        ),
    ),
    (
        _("Monthly round"),
        (
            "projects.monthlyreport",
            "projects.round",
            "projects.milestone",
            "projects.problem",
            "projects.rating",
            "projects.overruling",
        ),
    ),
    (
        _("Programmes"),
        ("projects.programme", "projects.target", "projects.plan", "projects.lightrule", "projects.plausibilityrule"),
    ),
    (_("Reference data"), ("sectors.direction", "sectors.sector", "sectors.chainlink", "projects.prefecture")),
    (_("Accounts"), ("portfolio.user", "projects.grant")),
    (_("Operation"), ("projects.job",)),
)


class AdministrationSite(admin.AdminSite):
    """Only people with a grant enter; what they find inside follows from the grant."""

    site_header = _("Key-project monitor administration")
    site_title = _("Key-project monitor administration")
    index_title = _("Records")
    enable_nav_sidebar = False
    empty_value_display = "—"

    def register(
        self, model_or_iterable: ModelBase | Iterable[ModelBase], admin_class: Any = None, **options: Any
    ) -> None:
        """Register our own models. Others' are left out: rights come from grants, never from Django's groups, and who
        is locked out is unlocked from the account itself.
        """
        found = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        own = [model for model in found if model._meta.app_label in OWN_APPS]
        if own:
            super().register(own, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a grant. `PUBLIC_READ` opens pages and API, never this."""
        return super().has_permission(request) and bool(get_access(request.user).roles)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Whoever has signed in and may not enter is told so as at every page of work, with whom to ask."""
        if request.method in ("GET", "HEAD") and request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return super().login(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signing out takes a post here too; who opens the address by hand is asked on the page of the site."""
        if request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(reverse("logout"))
        return super().logout(request, extra_context)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """As Django's, by a form that also offers to end one's API tokens."""
        request.current_app = self.name  # type: ignore[attr-defined]
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            template_name="admin/own_password.html",
            success_url=reverse("admin:password_change_done", current_app=self.name),
            extra_context=self.each_context(request) | (extra_context or {}),
        )
        return view(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With how many roles wait for confirmation, for administrators."""
        sees_grants = request.user.has_perm("projects.change_grant")
        waiting = Grant.objects.filter(is_waiting=True).count() if sees_grants else 0
        return super().index(request, {"waiting": waiting} | (extra_context or {}))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {"languages": _get_language_links(request)}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The models of one app, or of all in our own groups; empty groups are not shown."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {_get_label(entry["model"]): entry for app in apps for entry in app["models"]}
        grouped = []
        for name, labels in GROUPS:
            members = [models[label] for label in labels if label in models]
            if members:
                grouped.append(
                    {"name": name, "app_label": members[0]["model"]._meta.app_label, "app_url": "", "models": members}
                )
        return grouped


def _get_label(model: type[Model]) -> str:
    return f"{model._meta.app_label}.{model._meta.model_name}"


def _get_language_links(request: HttpRequest) -> list[dict[str, str]]:
    """The same page in each language: code, name, address."""
    links = []
    for code, name in settings.LANGUAGES:
        query = request.GET.copy()
        query["lang"] = code
        links.append({"code": code, "name": name, "url": f"{request.path}?{query.urlencode()}"})
    return links
