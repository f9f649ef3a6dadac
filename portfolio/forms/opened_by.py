"""Mark of who opened a form: a hidden field beside its CSRF token, signed, which outlives the session.

With it what was typed is shown to that person alone, once the session has ended meanwhile (`unsent_forms.py`). It
allows nothing: who may send the form is decided by the session and the CSRF token, as always.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

from django import template
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
NAME = "opened_by"
LONGEST = 24  # hours that a form may be open and still be shown again
_HOUR = 3600
_SIGNER = signing.Signer(salt="portfolio.forms.opened_by")


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Render Django's own tag, for every form of the site and of the administration, with the mark behind it.

    Pages with an ETag have none: their only form is that which signs out.
    """
    token = CsrfTokenNode().render(context)
    request = context.get("request")
    if request is None or hasattr(request, "etag") or not getattr(request.user, "is_authenticated", False):
        return token
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, NAME, get_mark(request.user))


def get_mark(user: Any) -> str:
    """Return the mark of a user; the same within an hour, so that a page is the same when it is loaded again."""
    return _sign(f"{user.pk}.{_get_hour()}")


_sign = lru_cache(maxsize=100)(_SIGNER.sign)  # a page of ratings has fifty forms


def get_opener(data: QueryDict) -> str:
    """Return the key of the user for whom a form was made, as text; empty where that is not known or too long ago."""
    try:
        key, _dot, hour = _SIGNER.unsign(data.get(NAME, "")).rpartition(".")
    except signing.BadSignature:
        return ""
    return key if 0 <= _get_hour() - int(hour) <= LONGEST else ""


def _get_hour() -> int:
    return int(time.time()) // _HOUR


def is_navigation(request: HttpRequest) -> bool:
    """Return whether a person sent the request and will look at the answer, not a script that handles a refusal itself."""
    return "text/html" in request.headers.get("Accept", "")
