"""No interface keeps other writers waiting for a second: nothing slow is done under the lock, nor too much written at once.

`tests/writers_lock.py` measures every request of every test, and fails the test whose request holds the lock too long. Here
each interface that writes several records writes the most that it may.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from portfolio.models import ApiToken
from projects.admin.projects import ProjectAdmin
from projects.history.revisions import MOST_AT_ONCE, create_revision
from projects.models import Claim, Entry, Import, MonthlyReport, Note, Programme, Project, Revision, Source
from projects.pages.changes import revision
from projects.pages.report_sheet.sheet_filter import PAGE_SIZE
from projects.workbook_imports import confirm, write_job
from tests.projects.admin.forms import change_url, filled, seen, url
from tests.projects.api.conftest import System
from tests.projects.pages.rounds import JULY, fields, posted, stored
from tests.projects.pages.test_review import act
from tests.projects.workbook_imports.sent import CODE, REGISTER, WHY, sent, worked
from tests.projects.workbook_imports.test_by_api import asked, client_with_token, post
from tests.quickness import measured_again_if_late
from tests.writers_lock import measured_request

pytestmark = pytest.mark.django_db

HEADS = ["项目编号", "总投资"]
REPORTED_BY = {"planned_disbursement_reported_by": "局"}


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "once-1"}])
def test_a_workbook_is_read_before_the_lock_is_taken(key: dict[str, str], province: Any) -> None:
    client = client_with_token(province)
    client.defaults |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in key.items()}
    begun = post(client, [HEADS, [CODE, 5000]])
    assert begun.status_code == 202, begun.json()
    worked(Import.objects.get())
    columns = {"A": {"field": "code"}, "B": {"field": "total_investment", "unit": "万元"}}
    body = {"mapping": columns, "heads": {"first": 1, "last": 1, "records": 2}}  # which were not said before
    if key:
        client.defaults["HTTP_IDEMPOTENCY_KEY"] = "once-2"
    answer = asked(client, f"{begun.json()['url']}mapping/", body)
    assert answer.status_code == 202, answer.json()
    if key:
        again = asked(client, f"{begun.json()['url']}mapping/", body)
        assert (again.status_code, again["Idempotency-Replayed"]) == (202, "true")
    assert worked(Import.objects.get()).counts["cells"]["changed"] == 1


def test_a_job_reads_its_workbook_before_the_lock_is_taken_even_where_others_write_all_the_time(
    province: Any, monkeypatch: Any
) -> None:
    states = iter(range(100))
    monkeypatch.setattr(write_job, "get_state_numbers", lambda: (next(states), 0))
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    confirm(imported, user=province, reason=WHY)
    with measured_request():
        assert worked(imported).state == "done", imported.words


def system_of(user: Any) -> System:
    return System(ApiToken.objects.create(user=user, scope="write")[1])


def many_projects(system: System) -> list[str]:
    """The codes of as many new projects of Changsha as one request may add."""
    start = 100 + Project.objects.count()
    new = {"sector": "advanced-computing", "prefecture": "430100", "total_investment_reported_by": "局"}
    records = [
        new | {"code": f"HN-EI-2023-{number}", "name_zh": f"产业园{number}", "total_investment": 600_000_000 + number}
        for number in range(start, start + MOST_AT_ONCE)
    ]
    answer = system.post("/projects/many/", {"records": records})
    assert answer.status_code == 201, answer.data
    return [record["code"] for record in records]


def many_entries(system: System, codes: Sequence[str]) -> list[int]:
    new = {"programme": 2023, "status": "new", "planned_disbursement": 100_000_000, **REPORTED_BY}
    answer = system.post("/entries/many/", {"records": [new | {"project": code} for code in codes]})
    assert answer.status_code == 201, answer.data
    return [each["id"] for each in answer.data["records"]]


def many_reports(system: System, entries: Sequence[int]) -> list[int]:
    new = {"month": "2023-07", "disbursed": 10_000_000, "contact": "x", "problems": "无", "reason": "r", "measure": "m"}
    answer = system.post("/reports/many/", {"records": [new | {"entry": entry} for entry in entries]})
    assert answer.status_code == 201, answer.data
    return [each["id"] for each in answer.data["records"]]


def versions(system: System, path: str, key: str, keys: Sequence[Any]) -> dict[Any, str]:
    return {each[key]: each["version"] for each in system.all(path, fields=f"{key},version") if each[key] in keys}


@pytest.mark.alone
@measured_again_if_late
def test_the_most_that_the_api_adds_changes_and_takes_a_step_with_at_once(
    plausible: Any,
    province: Any,
    changsha_writer: Any,
) -> None:
    system, bureau = system_of(province), system_of(changsha_writer)
    codes = many_projects(system)
    changes = [
        {"code": code, "version": version, "total_investment": 700_000_000, "total_investment_reported_by": "厅"}
        for code, version in versions(system, "/projects/", "code", codes).items()
    ]
    answer = system.patch("/projects/many/", {"records": changes})
    assert answer.status_code == 200, answer.data
    ids = many_reports(bureau, many_entries(system, codes))
    for user, step in ((bureau, "submit"), (system, "approve")):
        named = [{"id": key, "version": version} for key, version in versions(user, "/reports/", "id", ids).items()]
        answer = user.post(f"/reports/{step}/", {"reports": named})
        assert (answer.status_code, len(answer.data["reports"])) == (200, MOST_AT_ONCE), answer.data


@pytest.mark.alone
@measured_again_if_late
def test_the_most_that_pages_write_at_once(
    plausible: Any,
    province: Any,
    changsha_writer: Any,
    client_of: Any,
) -> None:
    """A page of the sheet is typed and submitted, and approved on a page of the review."""
    system = system_of(province)
    chosen = Entry.objects.filter(pk__in=many_entries(system, many_projects(system)))
    rows = [
        fields(each, disbursed="0.1", contact="x", problems="无", reason="r", measure="m", stage="structure")
        for each in chosen
    ]
    sheet = client_of(changsha_writer)
    assert stored(sheet, *rows[:PAGE_SIZE]).status_code == 200
    for page in range(1, 5):  # beside those of the fixtures
        posted(sheet, *rows, action="submit", path=f"{JULY}?prefecture=430100&page={page}")
    reports = MonthlyReport.objects.filter(entry__in=chosen, month=7)
    assert reports.filter(state="submitted").count() == MOST_AT_ONCE
    assert act(client_of(province), reports).status_code == 302
    assert reports.filter(state="approved").count() == MOST_AT_ONCE


@pytest.mark.alone
@measured_again_if_late
def test_the_most_that_the_administration_writes_at_once(
    plausible: Any,
    province: Any,
    changsha_writer: Any,
    client_of: Any,
) -> None:
    system, client = system_of(province), client_of(province)
    chosen = Project.objects.filter(code__in=many_projects(system))

    def take(model: Any, records: Any, action: str, **more: Any) -> None:
        data = {"action": action, "_selected_action": [record.pk for record in records], "_seen": seen()}
        answer = client.post(url(model), data | more)
        assert answer.status_code == 302

    with create_revision(user=province):
        notes = [Note(project=each, programme=Programme.objects.get(year=2023), author=province) for each in chosen]
        for note in notes:
            note.text = "x"
            note.save()
    take(Note, notes, "delete_selected", post="yes", _reason="x")
    assert not Note.objects.filter(pk__in=[note.pk for note in notes]).exists()

    project, source = chosen.first(), Source.objects.first()
    page = client.get(change_url(project))
    added = {"claims-TOTAL_FORMS": MOST_AT_ONCE, "claims-INITIAL_FORMS": 0} | {
        f"claims-{row}-{name}": value
        for row in range(MOST_AT_ONCE)
        for name, value in (("figure", "total_investment"), ("amount", str(row + 1)), ("source", source.pk))
    }
    answer = client.post(change_url(project), filled(page, **added))
    assert answer.status_code == 302
    assert Claim.objects.filter(project=project).count() == MOST_AT_ONCE


@pytest.mark.alone
@measured_again_if_late
def test_the_most_that_the_log_of_changes_undoes_at_once(province: Any, client_of: Any) -> None:
    rows = [[None, f"批量项目{number}", 9, 8, "能源电子"] for number in range(revision.MOST_UNDONE // 2)]
    imported = sent(province, [REGISTER, *rows])
    imported = worked(confirm(imported, user=province, reason=WHY))
    assert imported.state == "done", imported.words
    made = Entry.objects.filter(project__name_zh__startswith="批量项目")
    assert made.count() == len(rows)
    answer = client_of(province).post(f"/changes/{imported.revision_made}/undo/", {"reason": "x"})
    assert answer.status_code == 302
    assert not made.exists()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "are changed at once. Select fewer."), ("zh-hans", "请少选一些。")]
)
def test_more_records_than_are_written_at_once_are_refused_in_words(
    language: str, words: str, province: Any, changsha_writer: Any, client_of: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("projects.pages.review.MOST_AT_ONCE", 1)
    monkeypatch.setattr(ProjectAdmin, "list_per_page", 1)
    client, before = client_of(province), Revision.objects.newest_number()
    data = {"action": "delete_selected", "_seen": seen()}
    for across in ({"_selected_action": [1, 2]}, {"_selected_action": [1], "select_across": "1"}):
        page = client.post(f"{url(Project)}?lang={language}", data | across, follow=True)
        assert words in page.content.decode()
    review = client.post(f"/review/?lang={language}", {"report": ["1:x", "2:x"], "action": "approve"})
    assert words in review.content.decode()
    assert Revision.objects.newest_number() == before


@pytest.mark.parametrize(("language", "words"), [("en", "are undone together"), ("zh-hans", "一次最多撤销")])
def test_a_revision_of_more_records_than_are_undone_at_once_is_refused_in_words(
    language: str, words: str, province: Any, client_of: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(revision, "MOST_UNDONE", 1)
    with create_revision(user=province):
        for project in Project.objects.all()[:2]:
            project.note_zh = "改"
            project.save()
    number, client = Revision.objects.newest_number(), client_of(province)
    for answer, status in (
        (client.get(f"/changes/{number}/undo/", {"lang": language}), 200),
        (client.post(f"/changes/{number}/undo/?lang={language}", {"reason": "x"}), 409),
    ):
        assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert Revision.objects.newest_number() == number
