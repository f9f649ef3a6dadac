"""`/changes/<number>/undo/`: it shows what will be set to what, asks why, and does it or says why not."""

from __future__ import annotations

import pytest

from projects.changes.undo import REASON_IS_REQUIRED
from projects.models import Claim, Revision
from projects.models.base import PROPOSE_ON_PAGE
from tests.pages import opened, read
from tests.projects.changes.asking import claim, deleted, project, saved

CODE = "HN-EI-2023-09"  # of Changsha


@pytest.fixture
def number(register):
    return saved(project(CODE), total_investment=1_100_000_000, name_en="Renamed")


def address(number, record=None):
    return f"/changes/{number}/undo/" + (f"?record={record}" if record else "")


def test_it_shows_what_will_be_set_to_what_and_writes_nothing(number, province, client_of):
    before = project(CODE).history.last().name_en
    text = opened(client_of(province), address(number), lang="en").text
    assert f"Renamed → {before}" in text
    assert project(CODE).name_en == "Renamed"


def test_it_is_done_on_a_reason_and_leads_to_the_new_revision(changsha_writer, client_of):
    number = saved(project(CODE), county_en="Renamed")
    response = client_of(changsha_writer).post(address(number), {"reason": "the wrong project"})
    revision = Revision.objects.first()
    assert (response.status_code, response["Location"]) == (302, f"/changes/{revision.number}/")
    assert (revision.undoes_id, revision.door, revision.username) == (number, "page", "changsha")
    assert "the wrong project" in revision.reason
    assert revision.request_id
    assert project(CODE).county_en != "Renamed"


@pytest.mark.permission
def test_what_a_prefecture_may_only_propose_is_not_undone_by_it(number, changsha_writer, client_of):
    """The revision changed a headline figure too: none of it goes back, and it says what to do instead."""
    response = client_of(changsha_writer).post(address(number), {"reason": "the wrong project"})
    assert response.status_code == 409
    assert str(PROPOSE_ON_PAGE) in read(response.content).text
    assert (project(CODE).name_en, project(CODE).total_investment) == ("Renamed", 1_100_000_000)


def test_without_a_reason_it_asks_again(number, province, client_of):
    response = client_of(province).post(address(number), {"reason": "  "})
    assert response.status_code == 400
    assert response.context["errors"] == [str(REASON_IS_REQUIRED)]
    assert project(CODE).name_en == "Renamed"


def test_what_was_changed_since_is_named_and_nothing_is_done(number, province, client_of):
    later = saved(project(CODE), total_investment=2_000_000_000)
    client = client_of(province)
    text = opened(client, address(number), lang="en").text
    assert f"Total investment is now 2,000.00 million CNY, since revision {later}: that stays." in text
    response = client.post(address(number), {"reason": "x"})
    assert response.status_code == 409
    assert project(CODE).name_en == "Renamed"


def test_a_deleted_record_is_restored(province, client_of):
    gone = claim()
    key, number = gone.pk, deleted(gone)
    client = client_of(province)
    assert "Restore what was deleted" in opened(client, address(number, f"claim.{key}"), lang="en").text
    assert client.post(address(number, f"claim.{key}"), {"reason": "x"}).status_code == 302
    assert Claim.objects.filter(pk=key).exists()


@pytest.mark.permission
def test_who_may_not_write_the_record_may_not_undo(
    number, analyst, changsha_reader, administrator, public_read, client_of
):
    for user in (analyst, changsha_reader, administrator, None):
        client = client_of(user)
        assert client.get(address(number)).status_code == 403
        assert client.post(address(number), {"reason": "x"}).status_code == 403
    assert project(CODE).name_en == "Renamed"


@pytest.mark.permission
def test_who_may_not_see_it_learns_nothing(number, zhuzhou_writer, stranger, client_of):
    key = project(CODE).pk
    for user in (zhuzhou_writer, stranger):
        assert client_of(user).get(address(number, f"project.{key}")).status_code == 404
        response = client_of(user).post(address(number), {"reason": "x"})
        assert response.status_code in (403, 404)
        assert "Renamed" not in response.content.decode()
    assert project(CODE).name_en == "Renamed"


@pytest.mark.parametrize("record", ["project", "user.1", f"project.{'9' * 30}"])
def test_a_record_that_there_is_not_is_not_found(number, province, client_of, record):
    assert client_of(province).get(f"/changes/{number}/undo/?record={record}").status_code == 404
