"""Orders of a figure's records by what each rests on and by its last change, as `evidence` tells them: made in the database.

A row has the code of a project and its place. Those that name a source come first, by its publisher, then those that name
who reported them, then those that name nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf, Replace

from projects.choices import Basis, Measure, OriginKind
from projects.database import get_read_alias
from projects.database.sql import Sql, joined
from projects.models import Claim, Entry, Problem, Project
from projects.models.base import OF_REPORTER
from projects.totals.explanation import CHANGED, ORIGIN
from projects.totals.scope import Scope
from sectors.models import in_language

from .evidence import KINDS, OF_A_PROBLEM, OF_PROBLEMS, RESTS_ON, SAID, reports_of
from .last_changes import changed_in
from .origins import CLAIMED, FIGURES, OF_ENTRY, columns_read, entered_figures

_SOURCE, _PERSON, _NOBODY = map(Value, "012")
_TEXT = CharField()
_CHINESE = "[\u2e80-\uffff]"
_LISTED = Measure.PROJECT_COUNT.value


def places(scope: Scope, figure: str, by: str) -> dict[str, Any]:
    """Return the places of the records of a figure by `ORIGIN` or `CHANGED`, by their codes."""
    rows = _places(scope, figure, by)
    with connections[get_read_alias()].cursor() as cursor:
        cursor.execute(rows.text, rows.values)
        return dict(cursor.fetchall())


def _places(scope: Scope, figure: str, by: str) -> Sql:
    figure, place = RESTS_ON.get(figure, figure), _changes if by == CHANGED else _origins
    if figure in FIGURES:
        return place(*_of_register(scope, figure))
    if figure in OF_PROBLEMS:
        problems = Problem.objects.all()
        if by == ORIGIN:
            problems = _newest(problems, Project.objects.all(), "project", ("-raised_on", "-pk"))
        return place(problems.annotate(of_code=F("project__code"), place=_said()), OF_A_PROBLEM)
    counted, person = reports_of(scope, figure), []
    reports = counted
    if by == ORIGIN:
        reports = _newest(counted, Entry.objects.filter(programme=scope.programme), "entry", ("-month",))
        person = [] if scope.access.public else [When(submitted_by__isnull=False, then=_display_name())]
    reports = reports.annotate(of_code=F("entry__project__code"), place=_said(*person))
    rows, columns = _of_register(scope, _LISTED)
    without = rows.filter(~Exists(counted.filter(entry=OuterRef("pk")).order_by()))
    return joined([place(reports, SAID), place(without, columns)], " UNION ALL ")


def _newest(records: QuerySet, holders: QuerySet, path: str, order: Sequence[str]) -> QuerySet:
    """Of several records of each of `holders`, to whom `path` leads, the first in an order."""
    of_each = records.filter(**{path: OuterRef("pk")}).order_by(*order).values("pk")[:1]
    return records.filter(pk__in=holders.order_by().values(newest=Subquery(of_each)))


def _of_register(scope: Scope, figure: str) -> tuple[QuerySet, Sequence[str]]:
    """The records that say a figure, and the columns that say it."""
    model: Any = Entry if figure in OF_ENTRY else Project
    columns = columns_read(model, figure)
    reporter = next((each for each in columns if each.endswith(OF_REPORTER)), "")
    said: Any = _said()
    if entered := entered_figures(figure, None, until=scope.as_of.revision if scope.as_of else None):
        said = Case(When(pk__in=entered, then=_nobody(OriginKind.REPORTED)), default=said, output_field=_TEXT)
    if reporter:
        named = _nobody(OriginKind.REPORTED) if scope.access.public else _text(_PERSON, reporter)
        said = Case(When(**{f"{reporter}__gt": ""}, then=named), default=said, output_field=_TEXT)
    if model is Entry:
        rows = Entry.objects.filter(programme=scope.programme).annotate(of_code=F("project__code"))
        return rows.annotate(place=said), columns
    if figure in CLAIMED:
        adopted = Claim.objects.filter(figure=figure, adopted=True, project=OuterRef("pk"))
        said = Coalesce(Subquery(adopted.annotate(named=_publisher()).values("named")[:1]), said, output_field=_TEXT)
    return Project.objects.annotate(of_code=F("code"), place=said), columns


def _said(*persons: When) -> Any:
    sourced = When(source__isnull=False, then=_publisher())
    return Case(sourced, *persons, default=_nobody(OriginKind.SOURCE), output_field=_TEXT)


def _text(*parts: Any) -> Concat:
    return Concat(*parts, output_field=_TEXT)


def _publisher() -> Any:
    zh, en = "source__publisher_zh", "source__publisher_en"
    own, other = in_language(zh, en), in_language(en, zh)
    host: Any = F("source__url")
    for around in ("https://", "http://", "www."):
        host = Replace(host, Value(around), Value(""), output_field=_TEXT)
    named = Coalesce(NullIf(own, Value("")), NullIf(other, Value("")), host, output_field=_TEXT)
    return _text(_SOURCE, named)


def _nobody(published: OriginKind) -> Any:
    """What kind of origin it is, in words; `published`: of a record that was published."""
    kinds = KINDS | {Basis.PUBLISHED: published}
    told = [When(basis=basis.value, then=Value(str(kind.label))) for basis, kind in kinds.items()]
    return _text(_NOBODY, Case(*told, default=Value(str(OriginKind.REPORTED.label)), output_field=_TEXT))


def _display_name() -> Any:
    first, last = "submitted_by__first_name", "submitted_by__last_name"
    chinese = Q(**{f"{first}__regex": _CHINESE}) | Q(**{f"{last}__regex": _CHINESE})
    blank = Q(**{first: "", last: ""})
    name = Case(
        When(blank, then="submitted_by__username"),
        When(chinese, then=_text(last, first)),
        default=_text(first, Value(" "), last),
        output_field=_TEXT,
    )
    return _text(_PERSON, name)


def _origins(rows: QuerySet, _columns: Sequence[str]) -> Sql:
    return Sql.of(rows.order_by().values_list("of_code", "place"), elide_empty=False)


def _changes(rows: QuerySet, columns: Sequence[str]) -> Sql:
    """The last revision in which any of a project's records came to say something else."""
    return changed_in(rows.order_by().values_list("of_code", "pk"), columns)
