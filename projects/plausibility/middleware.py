"""Middleware: hears what a form confirms, and says after the request what was pointed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from projects.choices import PlausibilityKind

from . import tally
from .confirmation import confirming
from .kinds.kind import Doubt

CHOSEN, REASON = "_confirm-", "_confirm_reason"  # fields of forms: one for each rule or doubt, and why
HEADER = "Pointed-Out"
_API = "/api/"


@dataclass
class Heard:
    """What rules said in one request. A form that is read twice is doubted once."""

    held_up: dict[tuple[str, str, str], Doubt] = field(default_factory=dict)
    pointed_out: list[Doubt] = field(default_factory=list)

    @property
    def open_doubts(self) -> Sequence[Doubt]:
        """What can be confirmed of what was held up."""
        return [doubt for doubt in self.held_up.values() if not doubt.is_refused]


_heard: ContextVar[Heard | None] = ContextVar("heard_doubts", default=None)


def hold_up(doubts: Sequence[Doubt]) -> None:
    """Remember doubts of a write that is refused or held up, to be counted once its transaction is undone."""
    heard = _heard.get()
    if heard is not None:
        heard.held_up |= {(doubt.rule.kind, str(doubt.record), doubt.field): doubt for doubt in doubts}


def point_out(doubts: Sequence[Doubt]) -> None:
    """Remember doubts of a write that is carried out, to be said with the answer."""
    heard = _heard.get()
    if heard is not None:
        heard.pointed_out += doubts


def take_out() -> list[Doubt]:
    """What was to be said with the answer, for a page that says it in words of its own."""
    heard = _heard.get()
    if heard is None:
        return []
    taken, heard.pointed_out = heard.pointed_out, []
    return taken


def open_doubts() -> Sequence[Doubt]:
    """What the request under way has still to confirm."""
    heard = _heard.get()
    return heard.open_doubts if heard else ()


class PlausibilityMiddleware:
    """A page asks with a form of its own; the API has its own words for it, in the body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        heard = Heard()
        token = _heard.set(heard)
        try:
            with _confirmed_in(request):
                response = self.get_response(request)
        finally:
            _heard.reset(token)
        if heard.held_up:
            tally.count_undone(heard.held_up.values())
        if heard.pointed_out:
            _say(request, response, heard.pointed_out)
        return response


def confirmed_in(data: Any) -> tuple[list[str], str]:
    """The kinds or single doubts that a form confirms, and why."""
    chosen = [name.removeprefix(CHOSEN) for name in data if name.startswith(CHOSEN)]
    return [name for name in chosen if name.partition(":")[0] in PlausibilityKind.values], data.get(REASON, "").strip()


def _confirmed_in(request: HttpRequest) -> AbstractContextManager[None]:
    """Without a reason nothing is confirmed, and it is asked again. Of what strangers send nothing is read for this."""
    if request.method != "POST" or request.path.startswith(_API) or not request.user.is_authenticated:
        return nullcontext()
    rules, reason = confirmed_in(request.POST)
    return confirming(rules, reason) if rules and reason else nullcontext()


def _say(request: HttpRequest, response: HttpResponse, doubts: Sequence[Doubt]) -> None:
    if request.path.startswith(_API):
        response[HEADER] = ", ".join(sorted({doubt.rule.kind for doubt in doubts}))
    elif hasattr(request, "_messages"):  # on this page or the next
        for text in dict.fromkeys(f"{doubt.record}: {doubt.message}" for doubt in doubts):
            messages.warning(request, text)
