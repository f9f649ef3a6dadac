"""Project export: what `exports.project_lines` must know of this API to write its records."""

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
from projects.exports.project_sql import REFERENCES, Surroundings
from projects.periods import Month
from projects.totals.coverage import open_reports
from projects.totals.filters import visible
from projects.totals.scope import Scope

from .serializers.base import ReadOnlySerializer
from .serializers.by_model import SHORT_FORMS
from .serializers.projects import Links, ProjectRecord

FIRST = 10  # rows that are shown at once, while the database gathers the rest
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

    def lines() -> Iterator[bytes]:
        first = shown(list(rows[:FIRST]))
        yield b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in first)
        if len(first) == FIRST:
            yield from ProjectLines(rows, scope, around(scope, request, as_json), names).as_json(after=FIRST)

    def table() -> Iterator[bytes]:
        tabled = [name for name in names if name != "links"]
        yield from ProjectLines(rows, scope, around(scope, request, _as_cells), tabled).as_csv()

    return {"ndjson": lines, "csv": table}


def around(scope: Scope, request: Request, written: Callable[[ReadOnlySerializer], str]) -> Surroundings:
    """What all lines have in common: addresses, months, and the texts of references as `written` makes them."""
    address, links = addresses(request)
    year = scope.programme.year if scope.programme else None
    known = scope.through is not None and year is not None
    return Surroundings(
        address=address,
        links=links,
        programme=year,
        months=(str(Month(year, scope.first_month)), str(scope.through)) if known else (None, None),  # type: ignore[arg-type]
        open_month=open_reports(scope),
        hidden=ProjectRecord.private if access_of(scope.user).public else (),
        references={name: _texts(model, scope.user, written) for name, model in REFERENCES.items()},
        parts={name: len(SHORT_FORMS[model]().fields) for name, model in REFERENCES.items()},
    )


def addresses(request: Request) -> tuple[tuple[str, str], dict[str, str]]:
    """Of a project what stands before and after its code, and of the lists about it all before its code."""
    before, _code, behind = reverse("api:projects-detail", args=[_CODE], request=request).partition(_CODE)
    lists = {name: f"{reverse(f'api:{name}-list', request=request)}?project=" for name in Links().fields}
    return (before, behind), lists


def _texts(model: type[Model], user: Any, written: Callable[[ReadOnlySerializer], str]) -> dict[int, str]:
    records = visible(model._default_manager.all(), user)
    return {record.pk: written(SHORT_FORMS[model](record)) for record in records}


def as_json(shown: ReadOnlySerializer) -> str:
    """A part of a record as it stands in a line."""
    return orjson.dumps(shown.data).decode()


def _as_cells(shown: ReadOnlySerializer) -> str:
    return csv_text.line([value or None for value in shown.data.values()]).rstrip("\r\n")
