"""Private pages, about one's own tokens and webhooks: no browser stores them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from projects.etags import NO_STORE

from .decorators import readers_only, work_page


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of work for whoever was given anything to read; browsers keep no copy of it."""

    @readers_only
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = NO_STORE
        return response

    return work_page(shown)
