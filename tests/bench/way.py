"""What a request passes before its rows, in ms of CPU: python -m tests.bench.way ADDRESS…

Asks each address of the API in this process, a hundred times, on the database of DATABASE_URL (the token that it makes is
taken away again), and prints what each part of the way took. Parts that stand within others are in these too.
"""

from __future__ import annotations

import functools
import importlib
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

TIMES = 100
_VIEWS, _SCOPE = "projects.api.viewsets", "projects.totals.scope"
PARTS = {  # what is printed -> where it is
    "the whole request": "portfolio.security_headers.SecurityHeadersMiddleware.__call__",
    "the view, with all below": f"{_VIEWS}.RegisterView.dispatch",
    "who asks, parameters, past": f"{_VIEWS}.RegisterView.initial",
    "the token": "projects.api.authentication.TokenAuthentication.authenticate",
    "grants": "projects.access._granted",
    "parameters": f"{_VIEWS}.check",
    "the scope": f"{_SCOPE}.Scope.from_request",
    "programmes and months": "projects.totals.programmes.programmes_of",
    "filters": f"{_SCOPE}.Scope.check",
    "the statement of a page": "projects.api.project_pages.numbered",
}


@contextmanager
def measured(spent: Counter[str]) -> Iterator[None]:
    """Add what each part takes to `spent`, in seconds of this thread."""
    with functools.reduce(_both, [_measured(name, place, spent) for name, place in PARTS.items()]):
        yield


@contextmanager
def _both(one: Any, other: Any) -> Iterator[None]:
    with one, other:
        yield


def _measured(name: str, place: str, spent: Counter[str]) -> Any:
    owner, attribute = _owner(place)
    there = owner.__dict__[attribute]
    part: Callable[..., Any] = there.__func__ if isinstance(there, classmethod) else there

    @functools.wraps(part)
    def timed(*args: Any, **kwargs: Any) -> Any:
        began = time.thread_time()
        try:
            return part(*args, **kwargs)
        finally:
            spent[name] += time.thread_time() - began  # type: ignore[assignment]  of seconds

    return patch.object(owner, attribute, classmethod(timed) if isinstance(there, classmethod) else timed)


def _owner(place: str) -> tuple[Any, str]:
    path, _dot, attribute = place.rpartition(".")
    module, _dot, last = path.rpartition(".")
    if last[0].isupper():
        return getattr(importlib.import_module(module), last), attribute
    return importlib.import_module(path), attribute


def main(addresses: Sequence[str]) -> None:
    import django

    django.setup()
    from django.test import Client

    from portfolio.models import ApiToken

    from .product import token

    text = token()
    client = Client(headers={"authorization": f"Token {text}", "accept": "application/json"}, SERVER_NAME="127.0.0.1")
    try:
        for address in addresses:
            print(f"{address}: {client.get(address).status_code}")
            spent: Counter[str] = Counter()
            with measured(spent):
                for _time in range(TIMES):
                    client.get(address)
            for name in PARTS:
                print(f"  {spent[name] / TIMES * 1000:8.2f}  {name}")
    finally:
        ApiToken.objects.filter(token_key=text[:15]).delete()


if __name__ == "__main__":
    main(sys.argv[1:])
