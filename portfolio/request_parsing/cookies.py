"""The cookies of a request as Django reads them, for those who are asked before Django is.

Whoever read them in another way would sooner or later take somebody for nobody: parsers differ in what they make of a header
that is not as the standard has it, and such headers are ordinary, since any site of the same domain sets cookies.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import get_str_from_wsgi
from django.http import parse_cookie


def cookies_of(environ: dict[str, Any]) -> dict[str, str]:
    """What `request.COOKIES` will be for this environment: the same parser on the same bytes."""
    if "HTTP_COOKIE" not in environ:
        return {}
    found: dict[str, str] = parse_cookie(get_str_from_wsgi(environ, "HTTP_COOKIE", ""))
    return found
