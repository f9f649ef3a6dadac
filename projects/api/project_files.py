"""Whole lists of projects: what `exports.project_lines` must know of this API to write its records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.reverse import reverse

from projects.access import access_of
from projects.exports import csv_text
from projects.exports.project_lines import ProjectLines
from projects.exports.project_texts import Surroundings
from projects.filters import visible
from projects.models import Prefecture, Source
from projects.periods import Month
from projects.scope import Scope
from sectors.models import ChainLink, Sector

from .serializers.base import CodedName, Place, Shown, ShownSource
from .serializers.projects import Links, ProjectRecord

FIRST = 10  # rows that are shown at once, while the database gathers the rest
_SHOWN: Mapping[str, tuple[type[Model], type[Shown]]] = {
    "sector": (Sector, CodedName),
    "chain_link": (ChainLink, CodedName),
    "prefecture": (Prefecture, Place),
    "source": (Source, ShownSource),
}
_CODE = "CODE"


def bodies_of(
    rows: QuerySet,
    scope: Scope,
    *,
    names: Sequence[str],
    request: Request,
    shown: Callable[[Sequence[Any]], Sequence[Mapping[str, Any]]],
) -> dict[str, Callable[[], Iterator[bytes]]]:
    """The bodies of NDJSON and CSV. `shown` is what the list shows of records: it writes the first lines."""

    def as_json() -> Iterator[bytes]:
        first = shown(list(rows[:FIRST]))
        yield b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in first)
        if len(first) == FIRST:
            yield from ProjectLines(rows, scope, _around(scope, request, _as_json), names).as_json(after=FIRST)

    def as_csv() -> Iterator[bytes]:
        tabled = [name for name in names if name != "links"]
        yield from ProjectLines(rows, scope, _around(scope, request, _as_cells), tabled).as_csv()

    return {"ndjson": as_json, "csv": as_csv}


def _around(scope: Scope, request: Request, written: Callable[[Shown], str]) -> Surroundings:
    before, _code, behind = reverse("api:projects-detail", args=[_CODE], request=request).partition(_CODE)
    year = scope.programme.year if scope.programme else None
    known = scope.through is not None and year is not None
    return Surroundings(
        address=(before, behind),
        links={name: f"{reverse(f'api:{name}-list', request=request)}?project=" for name in Links().fields},
        programme=year,
        months=(str(Month(year, scope.first_month)), str(scope.through)) if known else (None, None),  # type: ignore[arg-type]
        public=bool(set(ProjectRecord.private)) and access_of(request.user).public,
        references={name: _texts(model, form, request, written) for name, (model, form) in _SHOWN.items()},
        parts={name: len(form().fields) for name, (_model, form) in _SHOWN.items()},
    )


def _texts(model: type[Model], form: type[Shown], request: Request, written: Callable[[Shown], str]) -> dict[int, str]:
    records = visible(model._default_manager.all(), request.user)
    return {record.pk: written(form(record)) for record in records}


def _as_json(shown: Shown) -> str:
    return orjson.dumps(shown.data).decode()


def _as_cells(shown: Shown) -> str:
    return csv_text.line([value or None for value in shown.data.values()]).rstrip("\r\n")
