"""A list that changes in a half-reported month: everybody who is on it has one light, the same at every door."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from projects.choices import Light
from projects.history.revisions import create_revision
from projects.models import Entry
from projects.monitoring.standings import EntriesShown, get_gaps
from projects.totals.dimensions import NONE
from tests.pages import opened

from .asking import get_standings, scope_of
from .july import FIRST_SIX, stage

JULY = {"programme": "2023", "through": "2023-07"}
JOINED, LEFT = (f"HN-EI-2023-{number}" for number in FIRST_SIX[:2])
LATE = "HN-EI-2023-23"  # joined too, and its report of July is not approved
LIGHTS = (*(light.value for light in Light), NONE)


@pytest.fixture
def changed(register):
    """Six have reported July: one of them joined in it, one is off the list since; one more joined and has not reported."""
    stage(6)
    days = {JOINED: {"joined": dt.date(2023, 7, 5)}, LATE: {"joined": dt.date(2023, 7, 9)}}
    days[LEFT] = {"left": dt.date(2023, 7, 1)}
    with create_revision(reason="the list changes"):
        for code, values in days.items():
            entry = Entry.objects.get(project__code=code, programme__year=2023)
            for name, day in values.items():
                setattr(entry, name, day)
            entry.save()


def counted(user: Any, asked: dict[str, str] = JULY, **more: str) -> int:
    client = Client()
    client.force_login(user)
    return client.get("/api/v1/projects/", {**asked, **more}).json()["count"]


def test_who_joined_in_the_month_is_judged_by_its_own_report(province, changed):
    found = {each.project.code: each for each in get_standings(scope_of(province, JULY))}
    assert LEFT not in found
    assert found[JOINED].light is not None
    assert (list(found[JOINED].pairs), list(found[LATE].pairs)) == ([7], [])
    assert len(found) == 41


def test_every_light_is_the_same_at_every_door_and_all_add_up(province, client_of, changed):
    scope = scope_of(province, JULY)
    found = get_standings(scope)
    assert {each.entry.project_id for each in found} == {each.pk for each in scope.projects()}
    by_api = {light: counted(province, light=light) for light in LIGHTS}
    by_page = {light: len(EntriesShown(light).filter(found)) for light in LIGHTS}
    by_overview = {(light.value if light else NONE): number for light, number in (get_gaps(scope).lights or {}).items()}  # type: ignore[union-attr]
    assert by_api == by_page == {light: by_overview.get(light, 0) for light in LIGHTS}
    assert sum(by_api.values()) == counted(province) == len(found) == 41
    light = next(each.light for each in found if each.project.code == JOINED)
    assert counted(province, light=light, code=JOINED) == 1
    shown = opened(client_of(province), f"/projects/{JOINED}/", lang="en", **JULY).text
    with override("en"):
        assert str(light.label) in shown
