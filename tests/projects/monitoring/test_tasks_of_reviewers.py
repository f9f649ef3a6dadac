"""What waits for one reviewer of the province: not what this person has submitted, which somebody else approves."""

from __future__ import annotations

from typing import Any

import pytest

from projects.choices import Role, TaskKind
from projects.monitoring.tasks import Task, tasks_of
from projects.pages.tasks.lines import get_records_url
from tests.people import person
from tests.projects.models.reports_made import CHANGSHA_CODE, submitted

OTHER = "HN-EI-2023-25"


def to_review(user: Any) -> Task:
    [found] = [each for each in tasks_of(user).items if each.kind == TaskKind.REPORTS_TO_REVIEW]
    return found


@pytest.mark.permission
def test_what_one_has_submitted_oneself_waits_for_somebody_else(changsha_writer, province, client_of):
    submitted(changsha_writer)
    submitted(province, OTHER)
    assert to_review(province).number == 1
    assert to_review(person("reviewer", Role.PROVINCE)).number == 2
    client = client_of(province)
    [told] = [each for each in client.get("/api/v1/tasks/").json()["tasks"] if each["kind"] == "reports-to-review"]
    assert (told["number"], client.get(told["records"]).json()["count"]) == (1, 1)
    page = client.get(f"{get_records_url(to_review(province))}&lang=en")
    assert [each.project.code for each in page.context["rows"]] == [CHANGSHA_CODE]
    assert "Your own too" in page.content.decode()
    assert len(client.get("/review/?month=2023-07").context["rows"]) == 2
    assert client.get("/api/v1/reports/?mine=true").json()["count"] == 1
