"""The record of changes: read only, searchable, each revision with what it wrote."""

from __future__ import annotations

import pytest
from django.apps import apps
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


def test_a_revision_tells_what_it_wrote_with_links_to_the_histories(browser, changed):
    text = browser.get(change_url(Revision.objects.get(number=changed)), {"lang": "en"}).content.decode()
    assert "HN-EI-2023-18 Other" in text
    assert url(type(project("18")), "history", project("18").pk) in text
    assert "call-77" in text


def test_a_revision_leads_to_its_values_before_and_after(browser, changed):
    page = browser.get(change_url(Revision.objects.get(number=changed))).content.decode()
    address = f"/changes/{changed}/"
    assert f'href="{address}"' in page
    assert "Other" in browser.get(address).content.decode()


def test_a_revision_of_hundreds_of_rows_shows_some_and_says_that_there_are_more(
    browser, register, django_assert_max_num_queries
):
    histories = [model for model in apps.get_models() if hasattr(model, "instance_type")]
    kinds = len([model for model in histories if model.objects.filter(revision_id=1).exists()])
    with django_assert_max_num_queries(2 * kinds + 8):  # each is asked for its rows and their names
        text = browser.get(url(Revision, "change", 1), {"lang": "en"}).content.decode()
    assert "… and more" in text


def test_rows_of_records_that_one_may_not_see_are_left_out(province, administrator, client_of):
    """The province may not look at grants, so neither in the revision that gave one."""
    number = Revision.objects.newest_number()
    assert "administrator · " in client_of(administrator).get(url(Revision, "change", number)).content.decode()
    assert "administrator · " not in client_of(province).get(url(Revision, "change", number)).content.decode()


def test_a_record_deleted_since_is_said_to_be(browser, register):
    claim = project("02").claims.first()
    key = claim.pk
    claim.delete()
    number = Revision.objects.newest_number()
    text = browser.get(url(Revision, "change", number), {"lang": "en"}).content.decode()
    assert f"claim {key}, deleted since" in text


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
