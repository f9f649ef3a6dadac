"""Content negotiation: which form of answer a request wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

_PROBLEM, _JSON, _ANY = "application/problem+json", "application/json", "*/*"


class Negotiation(DefaultContentNegotiation):
    """Whoever takes problems only, which are JSON too, or says nothing in the header Accept, is answered in JSON."""

    def select_renderer(self, request: Request, renderers: Sequence[Any], format_suffix: str | None = None) -> Any:
        if request.META.get("HTTP_ACCEPT", _ANY) == _ANY:  # as most say: nothing has to be weighed
            return renderers[0], renderers[0].media_type
        return super().select_renderer(request, renderers, format_suffix)

    def get_accept_list(self, request: Request) -> list[str]:
        named = [each for each in super().get_accept_list(request) if each]
        return [_JSON if each.partition(";")[0].strip().lower() == _PROBLEM else each for each in named] or [_ANY]
