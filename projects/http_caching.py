"""HTTP caching: what a view says of its answer to `portfolio.response_cache`, by way of the request's environment.

An answer may be cached when it follows from the address, the reader, the language and the state of the data alone. A view
that can answer the same question again for less than the whole way through Django leaves behind how.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.http import HttpRequest

CACHEABLE = "portfolio.cacheable"  # set: this answer may be cached
OF_NOW = "portfolio.of_now"  # set: this answer is never cached, and has an ETag all the same
LAST_CHANGED = (
    "portfolio.last_changed"  # the number of the state in which this answer changed last, where that is known
)
READ_IN = "portfolio.read_in"  # the number of the state in which the last of this answer was read, where that is known
NO_STORE = "no-store"  # Cache-Control of what may stay nowhere: a page that shows a secret is not compressed either
WEAK = "W/"  # begins an ETag that is never strong enough to be the same (RFC 9110, 8.8.3)
REVALIDATE = "portfolio.revalidate"  # how to make the body anew when the data has another state; see `revalidated_by`
ALIKE = "portfolio.alike"  # how to answer what differs in values alone while the state is the same; see `answers_alike`


@dataclass(frozen=True)
class RevalidatedBody:
    """A body made anew, and the number of the state in which all of it was read, where that is known.

    To another question than the one that was asked first it says its own version and revalidation.
    """

    body: bytes
    state: int | None = None
    version: str = ""
    revalidate: Revalidation | None = None


Revalidation = Callable[[], RevalidatedBody | None]


class Alike(Protocol):
    """How to answer what is asked alike; see `answers_alike`."""

    def __call__(self, environ: dict[str, Any]) -> RevalidatedBody | None: ...

    def holds(self) -> bool:
        """Whether what it knows is still so, in another state that has the same frame."""


def cacheable(request: HttpRequest) -> None:
    """Say that the answer to this request may be cached until the data has another state."""
    if request.method in ("GET", "HEAD"):
        request.META[CACHEABLE] = True


def of_now(request: HttpRequest) -> None:
    """Say that the answer to this request may be another one though the data has the same state: it is made each time, and
    what it has for an ETag is that of its content.
    """
    request.META.pop(CACHEABLE, None)
    request.META[OF_NOW] = True


def last_changed_in(request: HttpRequest, state: int) -> None:
    """Say in which state of the data the answer to this request changed last: for a file, whose content is not known yet."""
    request.META[LAST_CHANGED] = state


def read_in(request: HttpRequest, state: int | None) -> None:
    """Say in which state the data was when the last of this answer was read, so that nobody needs to ask again."""
    request.META[READ_IN] = state


def revalidated_by(request: HttpRequest, revalidate: Revalidation) -> None:
    """Leave behind how to make the body of this answer for the same reader in the same language.

    `revalidate()` is asked only as long as the frame of the data is the same (`projects.models.DataState`): what it knows of
    programmes, permission and reference data is still so. Records it reads as they are then. It returns None when it
    cannot answer, and the question then goes the whole way.
    """
    request.META[REVALIDATE] = revalidate


def answers_alike(request: HttpRequest, answer: Alike) -> None:
    """Leave behind how to answer what the same reader asks alike: with another key at the end of the path, or other values.

    `answer(environ)` is asked only as long as the frame of the data is the same, as a revalidation is; in another state
    `answer.holds()` is asked before, for what else it knows. Records it reads. It returns None for whatever it does not
    answer, which then goes the whole way.
    """
    request.META[ALIKE] = answer


def named_by(tag: str) -> str:
    """The version that an ETag names, without its quotes; empty of a weak one.

    Of a record that was read, the version is the first part of its ETag; the rest is about that one way to show it.
    """
    return "" if tag.startswith(WEAK) else tag.strip('"').partition("-")[0]
