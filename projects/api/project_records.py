"""Projects as they go out: what the statements of `exports` must know of this API to write its records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import quote

from django.db.models import OrderBy, QuerySet
from django.http import QueryDict
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from rest_framework.request import Request

from projects.access import access_of
from projects.database.open_values import with_open_values
from projects.database.prepared_statements import Prepared
from projects.exports import project_page
from projects.exports.project_lines import ProjectLines
from projects.exports.project_page import STORED, ProjectPage
from projects.exports.project_sql import RecordContext
from projects.models import Entry, Project
from projects.periods import Month
from projects.totals.coverage import open_reports
from projects.totals.scope import Scope
from projects.totals.scope_parameters import year_of_record

from .serializers.by_model import SHORT_FORMS
from .serializers.projects import Links, ProjectRecord

FIRST = 10  # rows of a file that are shown at once, while the database gathers the rest
_CODE = "CODE"
_SHORT = tuple((model, tuple(form._declared_fields)) for model, form in SHORT_FORMS.items())


def surroundings(scope: Scope, request: Request, names: Collection[str]) -> RecordContext:
    """What all records of a question have in common, with these members."""
    access = access_of(scope.user)
    root, (before, behind), links = _places(request)
    through = str(scope.through) if scope.through else None
    return RecordContext(
        names=tuple(names),
        hidden=frozenset(ProjectRecord.private) if access.public else frozenset(),
        short=_SHORT,
        address=(root + before, behind),
        links=tuple((name, root + path) for name, path in links),
        in_chinese=(get_language() or "zh").startswith("zh"),
        access=access,
        span=scope.span,
        months=(str(Month(scope.through.year, scope.first_month)) if scope.through else None, through),
        open_month=open_reports(scope) if "open_month" in names else None,
    )


def addresses(codes: Iterable[str], request: Request) -> dict[str, str]:
    """Of each of these projects its address."""
    root, (before, behind), _links = _places(request)
    return {code: f"{root}{before}{quote(code)}{behind}" for code in codes}


def _places(request: Request) -> tuple[str, tuple[str, str], tuple[tuple[str, str], ...]]:
    return f"{request.scheme}://{request.get_host()}", *_paths(get_script_prefix())


@cache
def _paths(_script_prefix: str) -> tuple[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Of a project what stands before and after its code, and of the lists about it all before its code."""
    before, _code, behind = reverse("api:projects-detail", args=[_CODE]).partition(_CODE)
    return (before, behind), tuple((name, f"{reverse(f'api:{name}-list')}?project=") for name in Links().fields)


def year_elsewhere(code: str, query: QueryDict, programme: Any) -> int | None:
    """The year in which a record is shown, where that is not the year of the programme."""
    listed = with_open_values("years of a project", [code], _years_of).rows()
    return year_of_record(query, programme, [year for (year,) in listed])


def _years_of(values: Sequence[str]) -> QuerySet:
    """The years on whose lists the project of a code is, the newest first."""
    lists = Entry.objects.filter(project__code=values[0]).order_by("-programme__year")
    return lists.values_list("programme__year")


class ProjectRecords:
    """Writes projects, as one question shows them. `more` is what is needed of each of them beside its line."""

    def __init__(self, found: RecordContext, scope: Scope, *more: str) -> None:
        of_versions = {STORED} if "version" in found.names else set()
        self.found, self.scope, self.more = found, scope, frozenset(more) | of_versions

    def of(self, scope: Scope) -> ProjectRecords:
        """Those of a question with other filters."""
        return ProjectRecords(self.found, scope, *self.more)

    def first_of(self, rows: QuerySet, size: int, *more: str, order: Sequence[OrderBy] = ()) -> ProjectPage:
        """The first of some rows, which are ordered already by `order` if it is given."""
        return self.page(project_page.first_of(rows, size, self.scope, self.found, self.more | set(more), order))

    def of_code(self, code: str) -> ProjectPage:
        return self.page(project_page.of_code(code, self.scope, self.found, self.more | {STORED}))

    def by_key(self, keys: Collection[int]) -> dict[int, dict[str, Any]]:
        """Those of these keys that the user may see."""
        rows = Project.objects.visible_to(self.scope.user).filter(pk__in=keys).order_by("pk")
        page = self.first_of(rows, len(keys), STORED)
        return {row.id: record for row, record in zip(page.stored, page.records, strict=True)}

    def page(self, statement: Prepared) -> ProjectPage:
        return ProjectPage.of(statement.rows(), self.found)

    def bodies(self, rows: QuerySet) -> dict[str, Callable[[], Iterator[bytes]]]:
        """The bodies of NDJSON and CSV."""
        user = self.scope.user

        def lines() -> Iterator[bytes]:
            first = self.first_of(rows, FIRST).lines
            yield first + b"\n" if first else b""
            if first.count(b"\n") == FIRST - 1:
                yield from ProjectLines(rows, self.found, user).as_json(after=FIRST)

        return {"ndjson": lines, "csv": ProjectLines(rows, self._as_table(), user).as_csv}

    def _as_table(self) -> RecordContext:
        return replace(self.found, names=tuple(name for name in self.found.names if name != "links"))
