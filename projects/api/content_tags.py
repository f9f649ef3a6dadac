"""ETags of answers that do not follow from the state of the data: worked out from their bytes, so never older than these.

Other answers have theirs from `portfolio.response_cache`, which knows when nothing has changed without making them. These
are made whole each time: what a tag saves is the way to the asker.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

from projects.http_caching import WEAK, named_by

_CODED = '-gzip"'  # ends the tag of the same content where it was sent compressed
_WITHOUT_BODY = ("Cache-Control", "ETag", "Vary")  # headers of an answer that is told of alone


def with_content_tag(request: HttpRequest, response: Any) -> HttpResponse:
    """A read with the tag of its content; or 412 or 304 without it, where the request asks for that (RFC 9110, 13.2.2).

    A record's own version stays the first part of its tag.
    """
    version = response.headers.get("ETag", "").strip('"')
    digest = hashlib.sha256(response.content).hexdigest()[:32]
    tag = response.headers["ETag"] = f'"{version}-{digest}"' if version else f'"{digest}"'
    if "If-Match" in request.headers:
        wanted = parse_etags(request.headers["If-Match"])
        if wanted != ["*"] and not any(
            _plain(each) == tag or (version and named_by(each) == version) for each in wanted
        ):
            return _told(412, response)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if known == ["*"] or tag in (_plain(each.removeprefix(WEAK)) for each in known):
        return _told(304, response)
    return response


def _plain(tag: str) -> str:
    return f'{tag.removesuffix(_CODED)}"' if tag.endswith(_CODED) else tag


def _told(status: int, response: Any) -> HttpResponse:
    headers = {name: response.headers[name] for name in _WITHOUT_BODY if name in response.headers}
    return HttpResponse(status=status, headers=headers)
