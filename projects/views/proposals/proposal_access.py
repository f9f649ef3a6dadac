"""Access to the pages of proposals: who opens them at all."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from projects.access import access_of


def turned_away(request: HttpRequest) -> HttpResponse | None:
    """To the sign-in for visitors; None for who may read. Raises `PermissionDenied` for whoever was given nothing."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    access = access_of(request.user)
    if access.public or not access.reads:
        raise PermissionDenied
    return None
