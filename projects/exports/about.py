"""Second sheet of a workbook, about the file: what was asked, by whom, as known when, and what its codes mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from projects.access import get_access
from projects.history import as_of
from projects.text import listing
from projects.totals.programmes import get_reader
from sectors.models import in_language

from .columns import Cell

Lines = list[tuple[Cell, ...]]


def about_file(
    what: Lines, how: Lines, columns: Sequence[Any], *, request: HttpRequest, revision: int, address: str = ""
) -> Lines:
    """Lines about a file that `request` asks for: `what` it holds first, then how it is to be read.

    `address` is where the same question is asked again, if that is not the request's own.
    """
    looked_at, access = as_of.get_as_of(), get_access(get_reader(request))
    moment = looked_at.moment if looked_at else timezone.localtime()
    places = listing(in_language(zh, en) for _adcode, zh, en in access.places) if not access.reads_all else ""
    return [
        *what,
        (gettext("Data as at"), moment.strftime("%Y-%m-%d %H:%M:%S %z")),
        *_clocks(looked_at),
        (gettext("Everything up to revision"), str(revision)),
        (gettext("Visible to you"), places or gettext("all")),
        (gettext("Question"), request.build_absolute_uri(address or None)),
        *how,
        *_codes(columns),
    ]


def _clocks(state: as_of.AsOf | None) -> Lines:
    """Of a past state by which clock it was asked for, and where both stood."""
    if state is None or state.known_on is None or state.recorded_at is None:
        return []
    asked = gettext("when facts became known") if state.is_day else gettext("when they were recorded here")
    return [
        (gettext("Clock"), asked),
        (gettext("Newest fact known on"), state.known_on.isoformat()),
        (gettext("Recorded at"), state.recorded_at.strftime("%Y-%m-%d %H:%M:%S %z")),
    ]


def _codes(columns: Sequence[Any]) -> Lines:
    """A table of its own below: each code that a column may hold, in words."""
    told = [(column.head, code, str(words)) for column in columns for code, words in column.codes]
    if not told:
        return []
    head = (gettext("Column"), gettext("Code in the file"), gettext("What it means"))
    return [(), head, *told]
