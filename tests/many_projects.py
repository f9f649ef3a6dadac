"""A register of many projects, each with many versions, made in SQL beside the fixtures' own rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone

from projects.choices import Basis, ReportState
from projects.history.revisions import NEVER
from projects.models import Entry, MonthlyReport, Prefecture, Project, Revision
from tests.people import FIXTURES

STRIDE = 100_000  # keys of one copy are this far from those of the next
EVERY = 33  # copies, of which the reports of one wait
OF_ONE_COPY = 30  # the illustrative projects of the fixtures, which have reports


def fill(*, projects: int, versions: int) -> None:
    """Load the fixtures if need be, then `projects` copies of their illustrative projects with entries and reports.

    They are spread over all prefectures. Every record has `versions` history rows in as many revisions, its amounts grow
    by one CNY with each; with none it has no history.
    """
    if not Project.objects.exists():
        call_command("loaddata", *FIXTURES, verbosity=0)
    first = Revision.objects.newest_number() + 1
    copies = -(-projects // OF_ONE_COPY)
    with transaction.atomic(), connection.cursor() as cursor:
        _numbers(cursor, "copies", copies)
        _numbers(cursor, "versions", max(versions, 1))
        _revisions(cursor, first)
        cursor.execute(
            "CREATE TEMPORARY TABLE places AS SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM projects_prefecture"
        )
        place = f"(SELECT places.id FROM places WHERE places.n = (t.id + c.n) % {Prefecture.objects.count()})"
        own = {"code": "t.code || '-' || c.n", "prefecture_id": place}
        copy_rows(cursor, Project, own, "t.basis = 'illustrative'", ())
        listed = "EXISTS (SELECT 1 FROM projects_project p WHERE p.id = t.project_id AND p.basis = 'illustrative')"
        copy_rows(cursor, Entry, {}, listed, ("project_id",))
        reported = (
            "EXISTS (SELECT 1 FROM projects_entry e JOIN projects_project p ON p.id = e.project_id"
            " WHERE e.id = t.entry_id AND p.basis = 'illustrative')"
        )
        copy_rows(cursor, MonthlyReport, {}, reported, ("entry_id",))
        amounts = (
            {}
            if not versions
            else {Project: "total_investment", Entry: "planned_disbursement", MonthlyReport: "disbursed"}
        )
        for model, amount in amounts.items():
            _history(cursor, model, amount, first, versions)
        cursor.execute("ANALYZE")


def let_wait(submitter: Any) -> None:
    """Of the copies' reports of the last month about 300 of each 60,000 wait for review, as in the middle of every month."""
    copies = models.QuerySet(MonthlyReport).filter(month=6, state=ReportState.APPROVED, pk__gte=STRIDE)
    some = copies.annotate(copy=F("pk") / STRIDE % EVERY).filter(copy=0)
    some.update(
        state=ReportState.SUBMITTED,
        basis=Basis.REPORTED,
        submitted_by=submitter,
        submitted_at=timezone.now(),
        handed_in_on=dt.date(2023, 7, 8),
    )


def _numbers(cursor: object, name: str, most: int) -> None:
    cursor.execute(f"CREATE TEMPORARY TABLE {name} (n bigint)")
    cursor.execute(
        f"INSERT INTO {name} WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {most})"
        " SELECT n FROM up"
    )


def _columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def copy_rows(
    cursor: object, model: type[models.Model], own: dict[str, str], which: str, keys: tuple[str, ...]
) -> None:
    """Copies of some rows of a table (`t`), each number of `copies` once, with `keys` that lead to the copies' own rows."""
    columns = _columns(model)
    shifted = {name: f"t.{name} + c.n * {STRIDE}" for name in ("id", *keys)} | own
    values = ", ".join(shifted.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    table = model._meta.db_table
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t CROSS JOIN copies c WHERE {which}")


def _revisions(cursor: object, first: int) -> None:
    columns = _columns(Revision)
    newest = "(SELECT MAX(created_at) FROM projects_revision)"
    moment = {
        "sqlite": f"strftime('%Y-%m-%d %H:%M:%f', {newest}, '+' || v.n || ' seconds')",
        "postgresql": f"{newest} + v.n * interval '1 second'",
    }[connection.vendor]
    own = {"number": f"{first - 1} + v.n", "created_at": moment}
    values = ", ".join(own.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO projects_revision ({names}) SELECT {values} FROM projects_revision t CROSS JOIN versions v"
        f" WHERE t.number = {first - 1} ORDER BY v.n"
    )


def _history(cursor: object, model: type[models.Model], amount: str, first: int, versions: int) -> None:
    table, history = model._meta.db_table, model.history.model._meta.db_table
    own = {
        amount: f't."{amount}" - {versions} + v.n',
        "revision_id": f"{first - 1} + v.n",
        "superseded_by": f"CASE WHEN v.n < {versions} THEN {first} + v.n ELSE {NEVER} END",
        "history_date": f"(SELECT created_at FROM projects_revision WHERE number = {first - 1} + v.n)",
        "history_type": "CASE WHEN v.n = 1 THEN '+' ELSE '~' END",
        "history_change_reason": "NULL",
        "history_user_id": "NULL",
    }
    columns = [name for name in _columns(model.history.model) if name != "history_id"]
    values = ", ".join(own.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {history} ({names}) SELECT {values} FROM {table} t CROSS JOIN versions v WHERE t.id >= {STRIDE}"
        " ORDER BY v.n, t.id"
    )
