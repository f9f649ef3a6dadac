"""The record of changes: read only, searchable, each revision with what it wrote."""

from __future__ import annotations

import pytest
from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import Revision
from tests.projects.admin.forms import change_url, filled, messages_of, project, url


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def found(browser, **query):
    return [revision.number for revision in browser.get(url(Revision), query).context["cl"].queryset]


@pytest.fixture
def changed(browser, province):
    """The number of a revision made in the administration."""
    record = project("18")
    browser.post(
        change_url(record),
        filled(browser.get(change_url(record)), name_en="Other"),
        headers={"x-request-id": "call-77"},
    )
    return Revision.objects.newest_number()


def test_the_list_is_searched_by_user_door_day_request_id_and_reason(browser, province, changed):
    revision = Revision.objects.get(number=changed)
    with create_revision(reason="a very special reason"):
        record = project("13")
        record.name_en = "Other"
        record.save()
    assert changed in found(browser, q="province")
    assert found(browser, q="call-77") == [changed]
    assert found(browser, q="very special") == [changed + 1]
    assert changed in found(browser, q=str(changed))
    assert found(browser, door="admin") == [changed]
    assert 1 in found(browser, door="command")
    day = timezone.localtime(revision.created_at).date()
    assert changed in found(browser, day=day.isoformat())
    assert found(browser, day="1999-12-31") == []


@pytest.mark.no_database
@pytest.mark.parametrize(
    "query",
    [{"day": "yesterday"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}, {"day": "2023-06"}, {"door": "window"}],
)
def test_a_wrong_filter_is_said_and_never_breaks_the_page(query, browser, register):
    response = browser.get(url(Revision), query, follow=True)
    assert response.status_code == 200
    assert messages_of(response)


@pytest.mark.parametrize("term", ["abc", "'", "%", "10000000000000000000000", "\\"])
def test_any_search_text_is_harmless(term, browser, register):
    assert browser.get(url(Revision), {"q": term}).status_code == 200


def test_a_revision_leads_to_its_values_before_and_after(browser, changed):
    page = browser.get(change_url(Revision.objects.get(number=changed))).content.decode()
    address = f"/changes/{changed}/"
    assert f'href="{address}"' in page
    assert "Other" in browser.get(address).content.decode()


@pytest.mark.permission
def test_nothing_can_be_added_changed_or_deleted(browser, register):
    assert browser.post(url(Revision, "add"), {"number": 99}).status_code == 403
    assert browser.post(url(Revision, "change", 1), {"reason": "x"}).status_code == 403
    assert browser.post(url(Revision, "delete", 1), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": ["1"], "post": "yes"}
    browser.post(url(Revision), data)
    assert Revision.objects.filter(number=1).exists()


@pytest.mark.parametrize("who", ["changsha_writer", "changsha_reader", "analyst"])
def test_others_do_not_see_it(who, request, register, client_of):
    browser = client_of(request.getfixturevalue(who))
    assert browser.get(url(Revision)).status_code == 403
    assert browser.get(url(Revision, "change", 1)).status_code == 404
