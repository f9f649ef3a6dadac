"""The WSGI environment of an ASGI request: the same bytes in the form in which Django reads them (PEP 3333)."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import unquote_to_bytes

from django.utils.http import parse_header_parameters
from django.views import View

from portfolio.request_parsing.character_set import is_of_text

MOST_OF_A_HEAD = 16 * 2**10  # bytes of all headers
MOST_OF_AN_ADDRESS = 8 * 2**10  # bytes of path and query

_COMMON = (
    "accept accept-encoding accept-language authorization cache-control connection cookie host if-match if-modified-since"
    " if-none-match origin referer user-agent x-csrftoken x-forwarded-for x-forwarded-proto x-request-id"
)
_NAMES = {name.encode(): "HTTP_" + name.upper().replace("-", "_") for name in _COMMON.split()}
_NAMES |= {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
_ONLY_ONE = {"HTTP_HOST", "CONTENT_TYPE", "CONTENT_LENGTH"}
_METHODS = {name.upper() for name in View.http_method_names}


class UnreadableError(Exception):
    """A request that is refused by its head; `status` says how, and `environ` has what was read of it until then."""

    def __init__(self, status: int, environ: dict[str, Any]) -> None:
        super().__init__(status)
        self.status, self.environ = status, environ


def environ_of(scope: dict[str, Any]) -> dict[str, Any]:
    """The environment without a body. Raises UnreadableError with 400, 414, 431 or 501."""
    path, query = scope["raw_path"], scope["query_string"]
    is_too_long = len(path) + len(query) + 1 > MOST_OF_AN_ADDRESS
    server, client = scope["server"], scope["client"]
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": (unquote_to_bytes(path) if b"%" in path else path).decode("latin-1"),
        "QUERY_STRING": "" if is_too_long else query.decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": server[1],
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"])
    if is_too_long:
        raise UnreadableError(414, environ)
    if environ["REQUEST_METHOD"] not in _METHODS:  # they are case-sensitive (RFC 9110, 9.1), which Django forgives
        raise UnreadableError(501, environ)
    if environ.get("HTTP_TRANSFER_ENCODING", "chunked").lower() != "chunked":  # nobody would undo the other coding
        raise UnreadableError(501, environ)
    if "CONTENT_TYPE" in environ and not _is_readable(environ["CONTENT_TYPE"]):
        raise UnreadableError(400, environ)
    return environ


def _is_readable(content_type: str) -> bool:
    """Django parses it while it makes the request, and reads the rest by it, before anything could refuse it."""
    try:
        parameters = parse_header_parameters(content_type)[1]
    except (LookupError, ValueError):  # too long, or in an encoding that nobody knows
        return False
    return is_of_text(parameters.get("charset", "utf-8"))


def _add_headers(environ: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> None:
    size = 0
    for raw, value in headers:
        size += len(raw) + len(value) + 4
        if size > MOST_OF_A_HEAD:
            raise UnreadableError(431, environ)
        name = _NAMES.get(raw)
        if name is None:
            if b"_" in raw:  # it could pass for the header that is written with a hyphen, which a proxy has vouched for
                continue
            name = "HTTP_" + raw.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        if name not in environ:
            environ[name] = text
        elif name in _ONLY_ONE:
            raise UnreadableError(400, environ)
        else:
            environ[name] += ("; " if name == "HTTP_COOKIE" else ",") + text
