"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Name and password; what goes wrong is said the same for every name, known or not."""

    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("This name and password do not belong together. Mind upper and lower case in the password.")
    }


sign_in = views.LoginView.as_view(
    template_name="accounts/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
sign_out = views.LogoutView.as_view()
