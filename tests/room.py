"""Room for the frames of a test, in one piece.

Python keeps the frames of a thread in pieces of 16 KB, asks the system for the next one when a call does not fit, and
gives it back when that call returns. Under the deep stack of a test some loop of every request calls across such a border,
thousands of times: a fifth of the whole run. A call that says it needs half a megabyte gets one piece of a whole, and
all that it calls lies in the rest of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from _pytest.runner import CallInfo

_WORDS = 65_000  # of eight bytes: just more than fits into half a megabyte with what Python adds


def roomy(call: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    return call(*arguments, **more)


roomy.__code__ = roomy.__code__.replace(co_stacksize=_WORDS)


def give() -> None:
    """Let every phase of every test, and every thread, begin with room."""
    phase, thread = CallInfo.from_call.__func__, threading.Thread._bootstrap_inner

    def from_call(cls: type[CallInfo], func: Callable[[], Any], *arguments: Any, **more: Any) -> CallInfo:
        return phase(cls, lambda: roomy(func), *arguments, **more)

    CallInfo.from_call = classmethod(from_call)
    threading.Thread._bootstrap_inner = lambda self: roomy(thread, self)
