"""An account that has been given no role: wherever it may not go it is told why, whom to ask and for what, as at the API."""

from __future__ import annotations

import pytest

from projects.models import Revision

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

WORK = (
    "/rounds/2023-07/HN-EI-2023-21/",
    "/rounds/2023-07/HN-EI-2023-21/?part=panel",
    "/review/",
    "/proposals/",
    "/projects/HN-EI-2023-21/propose/",
    "/projects/HN-EI-2023-21/reports/2023-06/reopen/",
    "/milestones/add/",
    "/imports/",
    "/imports/template.xlsx",
    "/tokens/",
    "/webhooks/",
    "/admin/",
    "/admin/projects/project/",
)
SAID = {
    "en": (
        "Your account has no role yet",
        "Ask an administrator to give your account, stranger, a role",
        "0731-88888888",
    ),
    "zh-hans": ("您的账号还没有角色", "请联系系统管理员，为您的账号 stranger 授予角色", "0731-88888888"),
}


@pytest.mark.parametrize("path", WORK)
@pytest.mark.parametrize("language", SAID)
def test_a_page_of_work_says_that_a_role_is_missing_and_whom_to_ask(
    public_read, register, stranger, client_of, settings, path, language
):
    settings.HELP_CONTACT = "0731-88888888"
    answer = client_of(stranger).get(path, headers={"accept-language": language}, follow=True)
    assert answer.status_code == 403
    for words in SAID[language]:
        assert words in answer.text


def test_who_has_a_role_is_told_that_it_does_not_go_so_far(register, analyst, client_of):
    answer = client_of(analyst).get("/milestones/add/?lang=en")
    assert answer.status_code == 403
    assert "Your account may not do this" in answer.text
    assert "no role yet" not in answer.text


@pytest.mark.parametrize(
    "path", ["projects/", "reports/", "proposals/", "problems/", "milestones/", "reports/1/reopen/"]
)
def test_the_api_says_the_same(public_read, register, stranger, client_of, path):
    before = Revision.objects.count()
    client = client_of(stranger)
    answer = client.post(f"/api/v1/{path}", {}, content_type="application/json", headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert answer.json()["detail"] == "Your account has no role yet: ask an administrator for one."
    assert Revision.objects.count() == before


def test_the_list_of_tasks_of_the_api_says_why_nothing_waits(
    public_read, register, stranger, analyst, client_of, client
):
    def notice(asking):
        return asking.get("/api/v1/tasks/", headers={"accept-language": "en"}).json()["notice"]

    assert notice(client_of(stranger)) == "Your account has no role yet: ask an administrator for one."
    assert notice(client_of(analyst)) is None  # who only reads has a role
    assert notice(client) is None  # and who has not signed in no account
