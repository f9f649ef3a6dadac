"""ETags: computed from reader, language, format, state numbers, day and query, so that 304 needs no response to be built."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags

from projects.database.state import get_state_numbers

NO_STORE = "no-store"  # Cache-Control of a response that may be kept nowhere, as one that shows a secret
_SOURCES = ("portfolio", "projects", "sectors", "templates", "locale", "static", "requirements.txt")
# settings that may differ between two machines of one site and change no response
_WITHOUT_EFFECT = {
    *("SECRET_KEY_FALLBACKS", "DATABASE_URL", "DATABASE_REPLICA_URL", "KEPT_ANSWERS_MB", "LOG_LEVEL"),
    *("PROCESSES", "THREADS", "TRUSTED_PROXY", "THROTTLE_TOKEN", "THROTTLE_ADDRESS"),
}


def set_etag(request: Any) -> HttpResponseNotModified | None:
    """Set `request.etag` of an authenticated GET or HEAD; return 304 if the client has the response of this ETag.

    `request.etag` is "" if the database has no state numbers. One query, unless the cache has asked it.
    """
    numbers = getattr(request, "state_numbers", None) or get_state_numbers()
    if numbers is None:
        request.etag = ""
        return None
    token = getattr(request, "auth", None)
    reader = (request.user.pk, token and token.pk, request.COOKIES.get(settings.CSRF_COOKIE_NAME))
    language, form = request.LANGUAGE_CODE, request.META.get("HTTP_ACCEPT")
    parts = (get_release(), reader, language, form, numbers, timezone.localdate(), request.build_absolute_uri())
    request.etag = salted_hmac("projects.etags", repr(parts), algorithm="sha256").hexdigest()[:24]
    tag = get_matching_tag(request.META.get("HTTP_IF_NONE_MATCH", ""), request.etag)
    return HttpResponseNotModified(headers={"ETag": tag}) if tag else None


def add_etag(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add the ETag of `set_etag` to a 200, behind the version of a single record, which is its ETag so far."""
    etag = getattr(request, "etag", "")
    if not etag or response.status_code != 200 or NO_STORE in response.get("Cache-Control", ""):
        return
    version = response.get("ETag", "").strip('"')
    # bytes of a file differ although its content is the same, as those of a workbook, which holds when it was made
    response["ETag"] = f'"{version}-{etag}"' if version else f'{"W/" if response.streaming else ""}"{etag}"'


def get_matching_tag(if_none_match: str, etag: str) -> str:
    """Return the tag of the header If-None-Match that ends in `etag`, whatever marks a compression added to it; else ""."""
    tags = parse_etags(if_none_match)
    return next((tag for tag in tags if etag in tag.removeprefix("W/").strip('"').split("-")), "")


def get_version(tag: str) -> str:
    """Return the version that an ETag begins with, without quotes.

    It is the same in a weak tag: something that compresses made it so, and the version still names what is stored exactly.
    """
    return tag.removeprefix("W/").strip('"').partition("-")[0]


@cache
def get_release() -> str:
    """Return a digest of code, templates, texts and settings, of which responses are built besides the data. 40 ms, once."""
    digest = hashlib.blake2b(digest_size=16)
    roots = [settings.BASE_DIR / name for name in _SOURCES] + [Path(settings.MAP_FILE)]
    for path in [path for root in roots for path in ([root] if root.is_file() else sorted(root.rglob("*")))]:
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    chosen = {name: value for name, value in settings.CHOSEN.items() if name not in _WITHOUT_EFFECT}
    digest.update(repr(sorted(chosen.items())).encode())
    return digest.hexdigest()
