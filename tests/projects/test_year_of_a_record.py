"""The year in which a project's record is shown, and by whose day its milestones are late: the same at every door."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from projects.choices import TaskKind
from projects.history.revisions import create_revision
from projects.models import Entry, Milestone, Programme
from projects.monitoring.tasks import tasks_of
from tests.projects.models.reports_made import CHANGSHA_CODE, entry_of
from tests.projects.test_hidden_keys import system_of

LATE = (TaskKind.OVERDUE_MILESTONES, TaskKind.MILESTONES_DUE_SOON)


def set_programme(year: int, **values: Any) -> Programme:
    programme = Programme.objects.get(year=year)
    for name, value in values.items():
        setattr(programme, name, value)
    with create_revision():
        programme.save()
    return programme


def put_on_list(year: int, code: str = CHANGSHA_CODE) -> None:
    programme = Programme.objects.get(year=year)
    joined = dt.date(year, 1, 1) if programme.has_begun else None
    with create_revision():
        Entry(project=entry_of(code).project, programme=programme, joined=joined).save()


def years_at_the_doors(user: Any, client: Any, code: str = CHANGSHA_CODE) -> set[int]:
    page = client.get(f"/projects/{code}/").context["scope"].programme.year
    return {page, system_of(user).get(f"/projects/{code}/").data["programme"]}


def test_a_page_and_the_record_of_the_api_show_the_same_year(changsha_writer, client_of):
    client = client_of(changsha_writer)
    assert years_at_the_doors(changsha_writer, client) == {2023}
    put_on_list(2024)
    assert years_at_the_doors(changsha_writer, client) == {2023}  # current still, as nothing is reported of 2024
    set_programme(2024, chosen_at=timezone.now())
    assert years_at_the_doors(changsha_writer, client) == {2024}
    assert years_at_the_doors(changsha_writer, client, "HN-EI-2023-25") == {2023}  # on no list of 2024
    for asked in ({"programme": "2024"}, {"programme": "2023"}, {"through": "2023-05"}):
        shown = client.get(f"/projects/{CHANGSHA_CODE}/", asked).context["scope"].programme.year
        assert system_of(changsha_writer).get(f"/projects/{CHANGSHA_CODE}/", **asked).data["programme"] == shown


def test_nothing_is_late_because_its_project_was_put_on_the_list_of_another_year(changsha_writer, client_of):
    with create_revision():
        Milestone(project=entry_of().project, name_zh="封顶", planned=dt.date(2023, 9, 30)).save()
    set_programme(2024, reporting_day=dt.date(2024, 2, 5))
    system = system_of(changsha_writer)

    def told() -> Any:
        tasks = {(each.kind, each.year): each.number for each in tasks_of(changsha_writer).items if each.kind in LATE}
        page = client_of(changsha_writer).get("/milestones/?mine=true&show=overdue&programme=2023")
        late = system.get("/milestones/", project=CHANGSHA_CODE, overdue="true", page_size=1).data["count"]
        return tasks, page.context["pages"].total, late

    before = told()
    put_on_list(2024)
    assert told() == before
    set_programme(2024, chosen_at=timezone.now())
    tasks, _page, late = told()
    assert tasks[TaskKind.OVERDUE_MILESTONES, 2024] >= 1  # by the day of the year that is looked at now
    assert late > before[2]
