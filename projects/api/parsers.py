"""Parsers and content negotiation: strict JSON bodies, JSON responses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from .exceptions import Encoded, Malformed, TooLarge

LARGEST_BODY = 2**20  # bytes


def read_body(request: Request) -> Any:
    """Return the parsed body. Raises for none, which REST framework takes for an empty object."""
    if request.META.get("CONTENT_LENGTH") in (None, "", "0"):
        raise Malformed(gettext("Send a JSON object as the body."))
    return request.data


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most 1 MiB, with or without its mark, without NaN, repeated names or nesting that no record has."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        meta = getattr(stream, "META", {})
        if meta.get("HTTP_CONTENT_ENCODING", "").strip().lower() not in ("", "identity"):
            raise Encoded
        # of what is said to be too large nothing is read: it need not have come yet
        announced = int(meta.get("CONTENT_LENGTH") or 0)
        content = b"" if announced > LARGEST_BODY else stream.read(LARGEST_BODY + 1)
        if max(announced, len(content)) > LARGEST_BODY:
            raise TooLarge
        try:
            return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse, object_pairs_hook=_build_object)
        except RecursionError:
            raise Malformed(gettext("The JSON is nested too deeply.")) from None
        except UnicodeDecodeError:
            raise Malformed(gettext("The body is not UTF-8.")) from None
        except json.JSONDecodeError as error:
            message = gettext("The body is not JSON: see line %(line)s, column %(column)s.")
            raise Malformed(message % {"line": error.lineno, "column": error.colno}) from error
        except ValueError:  # NaN, Infinity, or more digits than Python reads
            raise Malformed(gettext("The body has a number that is too long, or none.")) from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of an object. Raises `Malformed` for a name that is given twice."""
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise Malformed(gettext("“%(name)s” is given twice.") % {"name": name[:80]})
        members[name] = value
    return members


_PROBLEM, _JSON, _ANY = "application/problem+json", "application/json", "*/*"


class Negotiation(DefaultContentNegotiation):
    """Whoever takes problems only, which are JSON too, or says nothing in the header Accept, is answered in JSON."""

    def get_accept_list(self, request: Request) -> list[str]:
        named = [each for each in super().get_accept_list(request) if each]
        return [_JSON if each.partition(";")[0].strip().lower() == _PROBLEM else each for each in named] or [_ANY]
