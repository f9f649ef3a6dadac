"""What all pages of webhooks share: who opens them, that nothing of them is kept, and which webhook an address names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from projects.models import Webhook

from ..pages import work_page
from ..proposals.doors import turned_away

LARGEST_KEY = 10**18


def webhook_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of work for whoever was given anything to read; browsers keep no copy of it."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        away = turned_away(request)
        if away is not None:
            return away
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return work_page(shown)


def found(request: HttpRequest, key: int) -> Webhook:
    """The webhook of this key, where the user sees it. Raises `Http404`."""
    visible = Webhook.objects.visible_to(request.user).with_standing().select_related("user")
    return get_object_or_404(visible, pk=min(key, LARGEST_KEY))


def locked(request: HttpRequest, key: int) -> Webhook:
    """The same inside a transaction, for nobody else to change or delete until its end."""
    visible = Webhook.objects.visible_to(request.user).select_for_update(of=("self",)).select_related("user")
    return get_object_or_404(visible, pk=min(key, LARGEST_KEY))


def key_in(text: str) -> int:
    """The key that was posted. Raises `Http404` for what is no number."""
    if not (text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_KEY))):
        raise Http404
    return int(text)
