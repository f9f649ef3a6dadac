"""Access to the pages of webhooks: which webhook an address names, and who finds it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from projects.models import Webhook
from projects.text import is_key


def found(request: HttpRequest, key: int) -> Webhook:
    """The webhook of this key, where the user sees it. Raises `Http404`."""
    visible = Webhook.objects.visible_to(request.user).with_standing().select_related("user")
    return get_object_or_404(visible, pk=key)


def own(request: HttpRequest, key: int) -> Webhook:
    """The same, where the user may also change it. Raises `PermissionDenied` too."""
    shown = found(request, key)
    if not shown.may_be_changed_by(request.user):
        raise PermissionDenied
    return shown


def locked(request: HttpRequest, key: int) -> Webhook:
    """The same inside a transaction, for nobody else to change or delete until its end."""
    visible = Webhook.objects.visible_to(request.user).select_for_update(of=("self",)).select_related("user")
    return get_object_or_404(visible, pk=key)


def key_in(text: str) -> int:
    """The key that was posted. Raises `Http404` for what is no number."""
    if not is_key(text):
        raise Http404
    return int(text)
