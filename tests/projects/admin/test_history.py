"""The history page of a record in the administration: it leads to the record in the log of changes."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Enterprise, Grant
from tests.projects.admin.forms import project, url

pytestmark = pytest.mark.no_database


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def history(browser, record):
    return browser.get(url(type(record), "history", record.pk), follow=True)


def test_it_lists_the_changes_of_that_record_only(browser, register):
    record = project("18")
    with create_revision(reason="From the gazette."):
        record.name_en = "Other"
        record.save()
    page = history(browser, record)
    assert "From the gazette." in page.content.decode()
    lines = [line for event in page.context["events"] for line in event.lines]
    assert [(line.key, line.event) for line in lines] == [(f"project.{record.pk}", name) for name in ("~", "+")]


@pytest.mark.permission
def test_grants_are_told_to_administrators_only(administrator, province, client_of):
    grant = Grant.objects.get(user=province)
    assert history(client_of(administrator), grant).context["events"]
    assert history(client_of(province), grant).status_code == 404


@pytest.mark.permission
def test_an_enterprise_that_one_may_not_see_is_not_named_by_an_old_row(changsha_writer, client_of):
    own, other = project("03"), project("02")
    with create_revision():
        enterprise = Enterprise(name_zh="株洲秘密企业")
        enterprise.save()
        own.enterprise = enterprise
        own.save()
    with create_revision():
        own.enterprise = None
        own.save()
        other.enterprise = enterprise
        other.save()
    page = history(client_of(changsha_writer), own)
    assert page.status_code == 200
    assert "秘密" not in page.content.decode()
