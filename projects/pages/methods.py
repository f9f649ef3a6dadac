"""HTTP methods of pages: what a page does not take is answered by a page in the reader's language, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import links

READING, FORMS = ("GET", "HEAD"), ("GET", "HEAD", "POST")

View = Callable[..., HttpResponse]


def taking(*methods: str) -> Callable[[View], View]:
    """Decorator: of these methods alone. Whoever comes with another one is led to the same address by a link."""

    def decorated(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return view(request, *args, **kwargs) if request.method in methods else _refused(request, methods)

        return shown

    return decorated


def _refused(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    with links.travelling(request):
        response = render(request, "405.html", status=405)
    response["Allow"] = ", ".join(methods)
    return response
