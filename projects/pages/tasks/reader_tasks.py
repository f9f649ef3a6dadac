"""The tasks of whoever reads a page, told once for it; and their number, which stands in the navigation of every page."""

from __future__ import annotations

from typing import Any

from projects.history import as_of
from projects.monitoring.tasks import Tasks, kinds_of, tasks_of, waiting_for
from projects.totals.programmes import Programmes, programmes_read

MOST_SHOWN = 99  # of what waits: beyond it the number in the navigation is "99+"


def of_reader(request: Any) -> Tasks:
    """All but what others still have to hand in."""
    if not hasattr(request, "tasks_of_reader"):
        request.tasks_of_reader = tasks_of(request.user, with_outstanding=False, programmes=_programmes(request))
    return request.tasks_of_reader


def are_shown_first(request: Any) -> bool:
    """Whether it is the overview as it is opened: whoever has asked it something is answered that alone."""
    here = getattr(getattr(request, "resolver_match", None), "url_name", None)
    return here == "overview" and request.user.is_authenticated and not set(request.GET) - {"lang"}


def number_shown(request: Any) -> str:
    """How much waits for the reader; nothing for none. Of a page that names the tasks all is counted anyway, of any other
    no more than is shown.
    """
    if hasattr(request, "tasks_of_reader") or are_shown_first(request):
        number = of_reader(request).own_count
    else:
        number = waiting_for(request.user, most=MOST_SHOWN, programmes=_programmes(request))
    return f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number or "")


def _programmes(request: Any) -> Programmes | None:
    with as_of.override_as_of(None):
        return programmes_read(request) if kinds_of(request.user) else None
