"""Login and logout."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.access import get_access
from projects.monitoring.tasks import kinds_of
from projects.pages.decorators import check_parameters
from projects.pages.parameters import accepts_parameters


class SignInForm(AuthenticationForm):
    """Name and password; what goes wrong is said the same for every name, known or not."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("Incorrect user name or password. The password is case-sensitive.")
    }


class SignInView(views.LoginView):
    """Leads to one's own tasks or, whose role has none, to the overview, unless another page was asked for; says whom to ask
    for a forgotten password.
    """

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Return the first page of the account; without a role the tasks, which say whom to ask for one."""
        user = self.request.user
        return reverse("tasks" if kinds_of(user) or not get_access(user).roles else "overview")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"contact": settings.HELP_CONTACT}


_signed_in = SignInView.as_view()
_signed_out = views.LogoutView.as_view()


@check_parameters
@accepts_parameters(REDIRECT_FIELD_NAME, asks=False, travels=False)
def sign_in(request: HttpRequest) -> HttpResponse:
    return _signed_in(request)


def sign_out(request: HttpRequest) -> HttpResponse:
    """Signing out takes a post, so that no link can do it; who opens the address is asked, or is signed out already."""
    if request.method not in ("GET", "HEAD"):
        return _signed_out(request)
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("overview"))
    return render(request, "accounts/sign_out.html")
