"""Files of whole lists: the rules of each format, what is never in them, and that they are of one moment."""

from __future__ import annotations

import csv
import io
import json
import random
import threading
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection

from projects.api.projects import ProjectRecord, ProjectViewSet
from projects.api.urls import router
from projects.history.revisions import create_revision
from projects.models import Claim, Enterprise, Project, Source
from sectors.models import Checked

from .conftest import System, assert_problem
from .files import lines_about, lines_of, sheets_of, streamed, table_of

ACTIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1"]
ACTIVE += ["|calc", "｜calc", "\n=1", " \n|1"]
LISTS = sorted(prefix for prefix, _view, _name in router.registry)
FIELDS = list(ProjectRecord._declared_fields)


def whole(form: str, body: bytes) -> list[Any]:
    """What a reader makes of a file that it trusts to be whole."""
    if form == "ndjson":
        return [json.loads(line) for line in body.splitlines()]
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), strict=True))


def strange(name: str, **more: Any) -> Project:
    """A project with a text that a format could stumble over, stored before texts were checked."""
    with patch.object(Checked, "check_value"), create_revision(reason="strange"):
        project = Project(code=more.pop("code", "ODD-1"), name_zh=name, sector=Project.objects.first().sector, **more)
        project.save()
    return project


@pytest.fixture
def odd(register: None) -> None:
    """Projects with everything that is unusual: no link, place or money, Chinese codes, quotes, partial dates."""
    with patch.object(Checked, "check_value"), create_revision(reason="unusual"):  # stored before names had one line
        enterprise = Enterprise(name_zh='引号"与,逗号\n换行', name_en="=cmd()")
        enterprise.save()
        source = Source.objects.first()
        for number, date in enumerate(["2023", "2023-Q1", "2023-Q4", "2023-06", "2023-06-30", None]):
            project = Project(
                code=f"特-{number}",
                name_zh=f'<b>"{number}"</b>\\ \u2028 😀',
                name_en=ACTIVE[number],
                sector=Project.objects.first().sector,
                enterprise=enterprise if number % 2 else None,
                note_zh="a\r\nb\tc",
            )
            if date:
                project.started = project.finished = date
                project.start_reported_by = project.finish_reported_by = "某人"
            project.save()
        project = Project.objects.get(code="特-0")
        Claim(project=project, figure="total_investment", amount=5, source=source, adopted=False).save()


@pytest.mark.parametrize("order", ["", "-disbursed", "sector,-name", "start", "-finish", "code,kind"])
def test_lines_written_by_the_database_are_what_the_list_shows(odd: None, public: System, order: str) -> None:
    query = {"ordering": order} if order else {}
    assert lines_of(public, "/projects/", **query) == public.all("/projects/", **query)


def test_a_reference_is_shown_whatever_its_key(odd: None, public: System) -> None:
    with create_revision(reason="one of a great many sources"):
        Source(pk=1000, url="https://a.example/1000").save()
        project = Project.objects.get(code="特-1")
        project.source_id = 1000
        project.save()
    lines = lines_of(public, "/projects/")
    assert lines == public.all("/projects/")
    assert next(line["source"]["url"] for line in lines if line["code"] == "特-1") == "https://a.example/1000"
    assert len({line["source"]["url"] for line in lines if line["source"]} - {"https://a.example/1000"}) > 1


def test_any_fields_of_any_filter_are_what_the_list_shows(odd: None, province: Any, system_of: Any) -> None:
    system, chance = system_of(province), random.Random(11)  # noqa: S311  no secret
    for _turn in range(25):
        query = {
            "fields": ",".join(chance.sample(FIELDS, chance.randrange(1, len(FIELDS)))),
            "programme": chance.choice(["2022", "2023"]),
            "basis": chance.choice(["published", "illustrative", "reported"]),
        }
        if query["programme"] == "2023" and chance.random() < 0.5:
            query["month"] = f"2023-0{chance.randrange(1, 9)}"
        assert lines_of(system, "/projects/", **query) == system.all("/projects/", **query), query


@pytest.mark.parametrize(
    "asked",
    [
        "projects/?counted_in=started_count",
        "projects/?counted_in=above_plan_count",
        "projects/?missing=disbursed&ordering=-disbursed",
        "projects/?counted_in=enterprises_attracted",
        "projects/?as_of=r1",
        "reports/?project_counted_in=started_count&project_programme=2023&project_month=2023-06",
        "reports/?project_counted_in=disbursed",
        "entries/?programme=2023&search=湖南",
        "claims/?adopted=true",
        "problems/?state=open",
        "milestones/?ordering=project",
    ],
)
def test_no_table_that_a_filter_asks_is_left_out(system_of: Any, province: Any, asked: str) -> None:
    streamed(system_of(province), f"/{asked}", "ndjson")


@pytest.mark.parametrize("name", LISTS)
def test_no_table_is_left_out_for_who_reads_one_prefecture(system_of: Any, changsha_writer: Any, name: str) -> None:
    streamed(system_of(changsha_writer), f"/{name}/", "ndjson")


def test_a_table_says_the_same_as_the_lines(odd: None, public: System) -> None:
    head, *rows = table_of(public, "/projects/", lang="en")
    records = public.all("/projects/")
    assert [row[head.index("code")] for row in rows] == [record["code"] for record in records]
    for row, record in zip(rows, records, strict=True):
        said = dict(zip(head, row, strict=True))
        assert said["total_investment (CNY)"] == (
            "" if record["total_investment"] is None else str(record["total_investment"])
        )
        assert said["disbursed (CNY)"] == ("" if record["disbursed"] is None else str(record["disbursed"]))
        assert said["sector.code"] == record["sector"]["code"]
        assert said["enterprise.name_zh"] == (record["enterprise"] or {"name_zh": ""})["name_zh"]
        assert said["source.url"] == (record["source"] or {"url": ""})["url"]
        assert said["start"] == (record["start"] or "")
        assert said["url"] == record["url"]


def test_numbers_stay_numbers_and_what_is_not_known_is_blank(public: System) -> None:
    book = sheets_of(public, "/projects/", lang="en")
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    column = head.index("total_investment (CNY)")
    values = [row[column] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sum(value or 0 for value in values) == 138_500_000_000
    assert None in values
    assert sheet.freeze_panes == "A2"
    about = dict(lines_about(book))
    assert about["Rows"] == "42 records"
    assert about["Everything up to revision"] == "1"


def test_heads_are_in_the_readers_language_with_units(public: System) -> None:
    assert "planned_disbursement (CNY)" in table_of(public, "/entries/", lang="en")[0]
    assert {"总投资（元）", "完成投资（元）"} & set(table_of(public, "/projects/", lang="zh-hans")[0])
    assert "days_moved (days)" in table_of(public, "/milestones/", lang="en")[0]


def test_a_csv_is_known_to_excel_as_utf_8(public: System) -> None:
    body = streamed(public, "/sectors/", "csv")
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")


@pytest.mark.parametrize("form", ["ndjson", "csv", "xlsx"])
def test_a_file_says_what_it_is_and_head_reads_nothing(public: System, form: str) -> None:
    answer = public.client.head(f"/api/v1/projects/?format={form}&programme=2023")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="projects-2023-r1.{form}"'
    assert answer["X-Data-Revision"] == "1"
    assert b"".join(answer.streaming_content) == b""
    past = public.client.head(f"/api/v1/projects/?format={form}&as_of=r1", headers={"Accept": "text/csv"})
    assert past["Content-Disposition"].endswith(f'projects-r1.{form}"')


def test_a_file_is_as_of_the_past(public: System) -> None:
    before = lines_of(public, "/projects/")
    strange("后来")
    with create_revision(reason="moved"):
        project = Project.objects.get(code=before[0]["code"])
        project.county_zh = "后来"
        project.save()
    assert lines_of(public, "/projects/", as_of="r1") == before
    assert len(lines_of(public, "/projects/")) == len(before) + 1
    assert [row[1] for row in table_of(public, "/projects/", as_of="r1")[1:]] == [each["code"] for each in before]
    assert lines_of(public, "/reports/", as_of="r1") == public.all("/reports/", as_of="r1")


@pytest.mark.permission
def test_a_reader_of_one_prefecture_takes_no_more_than_it_sees(changsha_reader: Any, system_of: Any) -> None:
    system = system_of(changsha_reader, scope="read")
    for path in ("/projects/", "/entries/", "/reports/", "/claims/"):
        assert lines_of(system, path) == system.all(path)
    assert {each["prefecture"]["adcode"] for each in lines_of(system, "/projects/")} == {"430100"}


def test_a_stranger_takes_an_empty_file(stranger: Any, system_of: Any) -> None:
    system = system_of(stranger, scope="read")
    for form in ("ndjson", "csv", "xlsx"):
        streamed(system, "/projects/", form)
    assert lines_of(system, "/projects/") == []
    assert len(table_of(system, "/projects/")) == 1


@pytest.mark.permission
def test_the_public_never_reads_who_reported(odd: None, public: System, province: Any, system_of: Any) -> None:
    assert {each["start_reported_by"] for each in lines_of(public, "/projects/")} == {None}
    assert "某人" not in streamed(public, "/projects/", "csv").decode()
    assert "某人" in streamed(system_of(province), "/projects/", "csv").decode()


def test_a_file_takes_no_page_and_a_table_no_other_records(public: System) -> None:
    for name, value in (("page", 1), ("page_size", 5), ("cursor", "")):
        assert_problem(public.get("/projects/", format="csv", **{name: value}), 400, name)
    assert_problem(public.get("/projects/", format="csv", expand="sector"), 400, "expand")
    assert_problem(public.get("/projects/HN-EI-2023-13/", format="csv"), 400, "format")
    assert_problem(public.get("/totals/", format="csv"), 400, "format")
    assert_problem(public.get("/projects/", format="ndjson", sector="none-such"), 400, "sector")


def test_more_rows_than_a_sheet_holds_are_refused(public: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projects.exports.workbook.MOST_ROWS", 41)
    problem = assert_problem(public.get("/projects/", format="xlsx"), 400, "format")
    assert "42" in problem["errors"]["format"][0]


def test_an_error_in_mid_stream_breaks_the_file_off(public: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any) -> Any:
        raise OperationalError("the database went away")

    monkeypatch.setattr(ProjectViewSet, "serialize", broken)
    for form in ("ndjson", "csv"):
        pieces = []
        with pytest.raises(OperationalError):
            pieces.extend(iter(public.get("/projects/", format=form).streaming_content))
        body = b"".join(pieces)
        with pytest.raises(ValueError if form == "ndjson" else csv.Error):
            whole(form, body)


def test_a_file_costs_as_many_queries_for_ten_rows_as_for_forty(
    public: System, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(13):
        streamed(public, "/projects/", "ndjson")
    with django_assert_max_num_queries(13):
        streamed(public, "/projects/", "csv")


def test_a_file_is_of_one_moment_whatever_is_written_meanwhile(live_register: None, public_read: None) -> None:
    system = System()
    before = system.all("/projects/")

    def write() -> None:
        try:
            with create_revision(reason="meanwhile"):
                for project in Project.objects.filter(basis="illustrative"):
                    project.county_zh = "后来"
                    project.save()
        finally:
            connection.close()

    pieces = iter(system.get("/projects/", format="ndjson").streaming_content)
    body = next(pieces)
    writer = threading.Thread(target=write)
    writer.start()
    writer.join(30)
    assert not writer.is_alive(), "a file keeps no writer waiting"
    body += b"".join(pieces)
    assert [json.loads(line) for line in body.splitlines()] == before
    assert lines_of(system, "/projects/") != before
