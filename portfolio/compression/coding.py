"""Compression of content (Content-Encoding: gzip): for whom, of what, and how."""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.text import compress_string

from projects.etags import NO_STORE

GZIP = "gzip"
LEAST_BYTES = 1_000  # what fits into one packet arrives no sooner for being smaller
_HEADER = 10  # bytes, after which the name of a file may stand that nobody asks for
_TYPES = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/geo+json",
    "application/vnd.oai.openapi",
)

Headers = list[tuple[str, str]]


def coding_for(environ: dict[str, Any]) -> str:
    """The content coding that an answer to this request gets if its content can be compressed; empty for none."""
    return _coding(environ.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=256)
def _coding(accepted: str) -> str:
    """Of the header Accept-Encoding; gzip by another name or by any is gzip (RFC 9110, 12.5.3)."""
    weights: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _mark, parameters = part.partition(";")
        weights[name.strip()] = _is_wanted(parameters)
    return GZIP if weights.get(GZIP, weights.get("x-gzip", weights.get("*", False))) else ""


def _is_wanted(parameters: str) -> bool:
    name, _mark, weight = parameters.partition("=")
    if not parameters.strip():
        return True
    try:
        return name.strip() == "q" and 0 < float(weight) <= 1
    except ValueError:
        return False


def is_compressible(headers: Headers) -> bool:
    """Whether a whole content with these headers may be compressed: text that shows no secret and is not compressed yet."""
    said = {name.lower(): value for name, value in headers}
    return (
        said.get("content-type", "").startswith(_TYPES)
        and "content-encoding" not in said
        and "content-range" not in said
        and said.get("cache-control") != NO_STORE
    )


def varying(headers: Headers) -> Headers:
    """The same headers, which say that the content depends on the header Accept-Encoding too."""
    before = [value for name, value in headers if name.lower() == "vary"]
    if any("Accept-Encoding" in value for value in before):
        return headers
    others = [pair for pair in headers if pair[0].lower() != "vary"]
    return [*others, ("Vary", ", ".join([*before, "Accept-Encoding"]))]


def compressed(content: bytes) -> bytes:
    """In gzip's form, of a length that says nothing exact of the content: as of each, the same whichever process makes it,
    since one strong ETag names one row of bytes (RFC 9110, 8.8.1), and known to nobody who has not the site's key.
    """
    plain = compress_string(content)
    noise = salted_hmac("portfolio.compression", content, algorithm="sha256").hexdigest()
    name = noise[: int(noise[:8], 16) % len(noise)].encode("ascii") + b"\x00"
    return plain[:3] + bytes([gzip.FNAME]) + plain[4:_HEADER] + name + plain[_HEADER:]


def tag_of(etag: str, coding: str) -> str:
    """The ETag of the same content in a coding: another representation, so another strong tag (RFC 9110, 8.8.3.3).

    What comes first in it stays: of a record that is its version.
    """
    return f'{etag[:-1]}-{coding}"' if coding else etag


def in_coding(headers: Headers, content: bytes, coding: str) -> tuple[Headers, bytes]:
    """Headers and content of the same answer in a coding."""
    content = compressed(content)
    tags = [("ETag", tag_of(value, coding)) for name, value in headers if name.lower() == "etag"]
    others = [pair for pair in headers if pair[0].lower() not in ("etag", "content-length")]
    return [*others, *tags, ("Content-Encoding", coding), ("Content-Length", str(len(content)))], content
