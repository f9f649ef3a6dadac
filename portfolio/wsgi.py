"""WSGI application of the site; `portfolio.server` serves it."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

# by which parameters and forms may be written: Python knows codecs that are none of texts, and Django would use them
_CHARACTER_SETS = {"utf-8", "utf8", "us-ascii", "gb18030", "gbk", "gb2312", "iso-8859-1", "latin-1"}

_django = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402  needs the applications

get_resolver().url_patterns  # noqa: B018  what is wrong with the site map stops the start, and no visitor waits for it


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request. A Content-Type that Django could not read counts as none: it would fail before any view."""
    if not _is_readable(environ.get("CONTENT_TYPE", "")):
        environ["CONTENT_TYPE"] = ""
    return _django(environ, start_response)


def _is_readable(content_type: str) -> bool:
    try:
        parameters = parse_header_parameters(content_type)[1]
    except (LookupError, ValueError):  # too long, or in an encoding that nobody knows
        return False
    return parameters.get("charset", "utf-8").lower() in _CHARACTER_SETS
