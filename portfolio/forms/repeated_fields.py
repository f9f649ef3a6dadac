"""Repeated form fields: which may come more than once. Of any other a second value is nobody's typing, and it is refused.

Django itself takes the last of several values, so a field that somebody has put into a page would win over the page's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse

from portfolio.error_pages import build_error_response

logger = structlog.get_logger(__name__)

# by the name of the page: fields of which each box that is ticked gives one value
SEVERAL = {
    "review": {"report"},
    "token-add": {"prefectures"},
    "webhook-add": {"events", "kinds"},
    "webhook": {"events", "kinds"},
}
LONGEST_NAME = 60  # characters of a field's name that are said again


def may_have_several(page: str, name: str) -> bool:
    """Whether a field of a page may come with several values; `page` is the name of its address."""
    return name in SEVERAL.get(page, ()) or (page.endswith("_changelist") and name == ACTION_CHECKBOX_NAME)


class FieldsOnceMiddleware:
    """Refuses a form that carries a field twice before its page is asked, and so before anything is written.

    What checks no CSRF token is no form of a person: there a view reads its body itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        page = request.resolver_match.url_name or "" if request.resolver_match else ""
        for name, values in request.POST.lists():
            if len(values) > 1 and not may_have_several(page, name):
                logger.warning("field_twice", path=request.path, field=name[:LONGEST_NAME])
                return _build_refusal(request, name[:LONGEST_NAME])
        return None


def _build_refusal(request: HttpRequest, name: str) -> HttpResponse:
    return build_error_response(
        request,
        status=400,
        zh=("没有保存", f"表单中的“{name}”出现了不止一次，因此没有写入任何内容。请重新载入页面后再填。"),
        en=(
            "Nothing was saved",
            f"The form has the field “{name}” more than once, so nothing was written. Load the page again and fill it in.",
        ),
    )
