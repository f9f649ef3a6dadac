"""Many lines: stored in pieces, by a few statements, and as if each record had been saved by itself."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.choices import Channel
from projects.history.revisions import NEVER, create_revision
from projects.imports import loading
from projects.models import Claim, Enterprise, Entry, MonthlyReport, Programme, Project, Revision, Source, Target
from projects.models.bulk import Keys, insert_with_history
from sectors.models import ChainLink, Sector

from .register_files import Files
from .test_load_register import DAYS

LOADED = (Sector, ChainLink, Programme, Source, Target, Enterprise, Project, Entry, Claim, MonthlyReport)


MONTHS = 6
REGISTER_2023 = Path(__file__).parents[2] / "data" / "register_2023"
REFERENCE = ("sectors.csv", "chain_links.csv", "prefectures.csv")


def write_register(directory: Path, projects: int) -> None:
    """Files of so many projects, half as many enterprises and six reports for each project, and the reference data.

    What they say became known on seven days: the list on that of its announcement, then the reports of each month.
    """
    for name in REFERENCE:
        shutil.copy(REGISTER_2023 / name, directory)
    with (directory / "chain_links.csv").open(encoding="utf-8", newline="") as file:
        links = [(line["sector"], line["code"]) for line in csv.DictReader(file)]
    with (directory / "prefectures.csv").open(encoding="utf-8", newline="") as file:
        prefectures = [line["adcode"] for line in csv.DictReader(file)]
    with (REGISTER_2023 / "projects_2023.csv").open(encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    with (directory / "targets.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([*("year", "metric", "kind", "relation", "value", "unit"), "source_url", "source_date", "note"])
        announced = [2023, "project_count", "announced", "exactly", projects, "projects"]
        lines.writerow([*announced, "https://example.org/announced", "2023-01-06", ""])
    codes = [f"LOAD-2023-{number:06}" for number in range(1, projects + 1)]
    with (directory / "projects_2023.csv").open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, head, restval="")
        written.writeheader()
        written.writerows(
            _project(number, code, *links[number % len(links)], prefectures[number % len(prefectures)])
            for number, code in enumerate(codes)
        )
    with (directory / "monthly_reports_2023.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["code", "month", "disbursed", "basis"])
        lines.writerows(
            [code, f"2023-{month:02}", 1_000_000 * month + number, "illustrative"]
            for number, code in enumerate(codes)
            for month in range(1, MONTHS + 1)
        )


def _project(number: int, code: str, sector: str, link: str, prefecture: str) -> dict[str, Any]:
    return {
        "code": code,
        "name_zh": f"示例项目{number}·新型显示器件产业化",
        "name_en": f"Illustrative project {number}: display devices",
        "enterprise_zh": f"某某电子科技有限公司{number // 2}",
        "prefecture": prefecture,
        "county": "高新区",
        "sector": sector,
        "chain_link": link,
        "kind": "plant",
        "total_investment": 10**9 + number * 1_000_003,
        "planned_disbursement_2023": 10**8 + number,
        "expected_revenue": "" if number % 5 == 0 else 10**9 + number,
        "transferred": ("true", "false", "")[number % 3],
        "source_province": "44" if number % 3 == 0 else "",
        "start": "2023-02",
        "finish": "2024-Q4" if number % 2 else "",
        "basis": "illustrative",
        "note": "not a real project",
    }


def content(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(models.QuerySet(model).order_by("pk").values())


@pytest.fixture
def files(db: None, tmp_path: Any) -> Files:
    return Files(tmp_path)


def test_stored_in_pieces_the_register_is_the_same_and_everything_is_verified(files, monkeypatch):
    monkeypatch.setattr(loading, "_PIECE", 7)
    files.add_column("monthly_reports_2023.csv", "state", {2: "draft"})
    assert f"in all: 397 new, 0 changed, 0 unchanged\nStored as revisions 1 to {DAYS}," in files.load()
    call_command("verify_history", verbosity=0)
    assert "in all: 0 new, 0 changed, 390 unchanged\nNothing had to be changed." in files.load()
    files.set("projects_2023.csv", 14, "total_investment", "1047340001")
    files.set("projects_2023.csv", 15, "enterprise_zh", "某新企业")
    rows = files.rows("projects_2023.csv")
    files.put("projects_2023.csv", [*rows, ["HN-EI-2023-99", *rows[14][1:]]])
    assert "in all: 3 new, 2 changed, 388 unchanged" in files.load()
    assert Project.objects.get(code="HN-EI-2023-99").enterprise == Enterprise.objects.get(name_zh="某新企业")
    call_command("verify_history", verbosity=0)


def test_each_record_has_one_row_of_history_that_says_what_is_stored(files):
    files.load()
    revisions = {revision.number: revision.created_at for revision in Revision.objects.all()}
    for model in LOADED:
        records = content(model)
        assert records, model
        rows = {row[model._meta.pk.attname]: row for row in content(model.history.model)}
        assert len(rows) == len(records)
        for record in records:
            row = rows[record[model._meta.pk.attname]]
            assert {name: row[name] for name in record} == record
            assert (row["history_type"], row["history_date"]) == ("+", revisions[row["revision_id"]])
            assert row["superseded_by"] == NEVER
            assert (row["history_user_id"], row["history_change_reason"]) == (None, None)


def test_a_key_is_never_used_twice(register):
    with create_revision(door=Channel.CODE):
        gone = Enterprise(name_zh="早先的企业")
        gone.save()
        key = gone.pk
        gone.delete()
        keys = Keys()
        taken = [keys.take(Enterprise) for _time in range(250)]
    assert len(set(taken)) == len(taken)
    assert min(taken) > key
    assert not Enterprise.objects.filter(pk__in=taken).exists()


@pytest.mark.no_database
@pytest.mark.parametrize(("name", "below"), [("projects_2023.csv", ""), ("claims.csv", "\n\n , ,\n")])
def test_a_file_of_a_header_only_is_refused_and_nothing_is_stored(files, name, below):
    files.put(name, ",".join(files.rows(name)[0]) + below)
    assert f"{name}: The file has a header and not a line below it." in files.problems()
    assert not Revision.objects.exists()
    assert not Project.objects.exists()


def test_an_optional_file_that_is_not_there_is_no_mistake(files):
    for name in ("claims.csv", "targets.csv", "monthly_reports_2023.csv"):
        (files.directory / name).unlink()
    assert "Stored as revisions 1 to 11, one for each day on which something became known." in files.load()


def test_nobody_inserts_what_is_changed_by_hand(register):
    for door in (Channel.PAGE, Channel.ADMIN, Channel.API):
        with pytest.raises(TypeError, match="saved record by record"), create_revision(door=door):
            insert_with_history([Enterprise(pk=10**6, name_zh="新企业")])
    assert not Enterprise.objects.filter(name_zh="新企业").exists()


def test_what_the_database_refuses_is_not_there_nor_is_its_history(register):
    stored = Enterprise.objects.first()
    with pytest.raises(IntegrityError), create_revision(door=Channel.CODE):
        insert_with_history([Enterprise(pk=10**6, name_zh="新企业"), Enterprise(pk=10**6 + 1, name_zh=stored.name_zh)])
    assert not Enterprise.history.filter(id__gte=10**6).exists()
    assert Revision.objects.count() == 1


# what is looked at without the database


def _spoils(model: type[models.Model]) -> st.SearchStrategy[dict[str, Any]]:
    """Other values, as cells have them, for columns that neither identify the record nor name another."""
    keys = {name.split("__")[0] for name in model.natural_key_fields}
    values: dict[str, st.SearchStrategy[Any]] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key or field.is_relation or field.name in keys or not field.editable:
            continue
        if isinstance(field, models.DateTimeField):
            values[field.attname] = st.sampled_from([None, timezone.now()])
        elif isinstance(field, models.DateField):
            values[field.attname] = st.sampled_from([None, *(dt.date(year, 1, 1) for year in (1900, 2023, 2026))])
        elif isinstance(field, models.IntegerField):
            values[field.attname] = st.sampled_from([None, -1, 0, 5, 500 * 10**9, 10**15])
        elif field.name.endswith("_precision"):
            values[field.attname] = st.sampled_from(["", *field.flatchoices[0][:1]])
        else:
            words = ["", "x", "x" * 2100, "a\x00b", *(value for value, _label in field.flatchoices or ())]
            values[field.attname] = st.sampled_from(words)
    return st.fixed_dictionaries({}, optional=values)


def _said(validate: Any) -> dict[str, list[str]]:
    try:
        validate()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    "model", [Sector, ChainLink, Programme, Source, Enterprise, Project, Entry, Claim, MonthlyReport]
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_is_said_of_a_record_alone_is_what_is_said_with_the_database(register, model, data):
    """Where what it refers to exists and its key is free: of the stored record itself."""
    spoils = data.draw(_spoils(model))
    key = data.draw(st.sampled_from(sorted(model._default_manager.values_list("pk", flat=True)[:40])))
    alone, asking = (model._default_manager.get(pk=key) for _time in range(2))
    for record in (alone, asking):
        for name, value in spoils.items():
            setattr(record, name, value)
    assert _said(alone.full_clean_alone) == _said(asking.full_clean)


# how much it costs


@pytest.fixture
def directory(tmp_path: Any) -> Any:
    def written(projects: int) -> Any:
        path = tmp_path / str(projects)
        path.mkdir()
        write_register(path, projects)
        return path

    return written


def statements_for_more(number: int, directory: Any, monkeypatch: Any) -> int:
    """What a load asks for twice so many projects and not for so many."""
    monkeypatch.setattr(
        type(connection.features), "max_query_params", 30_000
    )  # on SQLite too many rows are one statement
    asked = []
    for projects in (number, 2 * number):
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            result = loading.load_directory(directory(projects), year=None, dry_run=False)
            transaction.set_rollback(True)
        assert not result.problems, result.problems[:5]
        asked.append(len(queries))
    return asked[1] - asked[0]


def test_no_statement_is_for_one_line(db, directory, monkeypatch):
    assert statements_for_more(40, directory, monkeypatch) <= 8
