"""Imports are seen within what their reader may read today and as they ask: by the session, or by a token bound to less."""

from __future__ import annotations

import pytest

from projects.choices import Role
from projects.history.revisions import create_revision
from projects.models import Grant, Import, Prefecture
from tests.people import CHANGSHA, ZHUZHOU

from .sent import REGISTER, WHY, sent, worked, written
from .test_by_api import ADDRESS, asked, client_with_token, post

CODE = "HN-EI-2023-24"  # of Changsha
ROWS = [REGISTER, [CODE, None, 5000, 1, None]]


def numbers(client):
    return [each["id"] for each in client.get(ADDRESS).json()["results"]]


@pytest.mark.parametrize("scope", ["read", "write"])
@pytest.mark.parametrize("adcode", [ZHUZHOU, CHANGSHA])
def test_a_bound_token_finds_nothing_that_was_sent_for_all(province, scope, adcode):
    """Not of its own prefecture either: what the import says of headline figures is of the whole province."""
    imported = sent(province, ROWS)
    bound = client_with_token(province, scope=scope, prefectures=[adcode])
    url = f"{ADDRESS}{imported.pk}/"
    assert numbers(bound) == []
    for address in (url, f"{url}cells/", f"{url}refused/"):
        assert bound.get(address).status_code == 404, address
    assert numbers(client_with_token(province)) == [imported.pk]


def test_a_bound_token_goes_on_with_what_was_sent_within_its_prefectures(province):
    changsha = client_with_token(province, prefectures=[CHANGSHA])
    zhuzhou = client_with_token(province, prefectures=[ZHUZHOU])
    both = client_with_token(province, prefectures=[ZHUZHOU, CHANGSHA])
    url = post(changsha, ROWS).json()["url"]
    imported = worked(Import.objects.get())
    told = asked(changsha, f"{url}confirm/", {"reason": WHY})
    assert told.status_code == 202, told.json()
    assert worked(imported).state == "done"
    assert numbers(changsha) == numbers(both) == numbers(client_with_token(province)) == [imported.pk]
    assert numbers(zhuzhou) == []
    assert asked(zhuzhou, f"{url}undo/", {"reason": WHY}).status_code == 404
    of_both = post(both, ROWS).json()["url"]
    assert changsha.get(of_both).status_code == zhuzhou.get(of_both).status_code == 404
    assert asked(both, f"{url}undo/", {"reason": WHY}).status_code == 202


def _given(user, *adcodes):
    """To write in these prefectures, instead of what the user could do."""
    with create_revision(reason="调动"):
        for grant in Grant.objects.filter(user=user):
            grant.delete()
        for adcode in adcodes:
            Grant.objects.create(
                user=user, role=Role.PREFECTURE_WRITER, prefecture=Prefecture.objects.get(adcode=adcode)
            )


def test_whoever_was_given_another_prefecture_finds_nothing_of_the_one_before(changsha_writer, client_of):
    imported = written(changsha_writer, ROWS)
    assert client_of(changsha_writer).get(f"/imports/{imported.pk}/").status_code == 200
    _given(changsha_writer, ZHUZHOU)
    assert client_of(changsha_writer).get(f"/imports/{imported.pk}/").status_code == 404
    assert numbers(client_with_token(changsha_writer)) == []
    _given(changsha_writer, ZHUZHOU, CHANGSHA)
    assert numbers(client_with_token(changsha_writer)) == [imported.pk]
