"""Parsers and content negotiation: strict JSON bodies, JSON responses."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from .exceptions import Encoded, Malformed, TooLarge

LARGEST_BODY = 2**20  # bytes
# a text, which may hold anything; a word that is no number; a number, of whose digits without a point there may be too many
_TOKENS = re.compile(
    r'"(?:[^"\\]|\\.)*"|(?P<word>-?Infinity|NaN)|-?\d+(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]?\d+)|-?(?P<digits>\d+)',
    re.DOTALL,
)


def read_body(request: Request) -> Any:
    """Return the parsed body. Raises for a body without a length, which REST framework takes for an empty object."""
    if request.META.get("CONTENT_LENGTH") in (None, "", "0"):
        raise Malformed(gettext("Send a JSON object as the body, with its length in the header Content-Length."))
    return request.data


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of at most 1 MiB, without NaN, repeated names or nesting that no record has."""

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
            text = content.decode("utf-8")
            return json.loads(text, parse_constant=_refuse, object_pairs_hook=_object)
        except RecursionError:
            raise Malformed(gettext("The JSON is nested too deeply.")) from None
        except UnicodeDecodeError:
            raise Malformed(gettext("The body is not UTF-8.")) from None
        except json.JSONDecodeError as error:
            raise Malformed(
                gettext("The body is not JSON: see line %(line)s, column %(column)s.") % _place(error)
            ) from error
        except ValueError:
            message = gettext("A number is too long, or none: see line %(line)s, column %(column)s.")
            raise Malformed(message % _place(json.JSONDecodeError("", text, _bad_number(text)))) from None


def _place(error: json.JSONDecodeError) -> dict[str, int]:
    return {"line": error.lineno, "column": error.colno}


def _bad_number(text: str) -> int:
    """Return the position of the first number that Python does not read: its error has none."""
    most = sys.get_int_max_str_digits()
    tokens = (found for found in _TOKENS.finditer(text) if found.lastgroup)
    return next((each.start() for each in tokens if each["word"] or 0 < most < len(each["digits"])), 0)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Malformed(gettext("“%(name)s” is given twice.") % {"name": name[:80]})
        found[name] = value
    return found


_PROBLEM, _JSON, _ANY = "application/problem+json", "application/json", "*/*"


class Negotiation(DefaultContentNegotiation):
    """Whoever takes problems only, which are JSON too, or says nothing in the header Accept, is answered in JSON."""

    def get_accept_list(self, request: Request) -> list[str]:
        named = [each for each in super().get_accept_list(request) if each]
        return [_JSON if each.partition(";")[0].strip().lower() == _PROBLEM else each for each in named] or [_ANY]
