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
from projects.totals.totals import totals
from tests.pages import opened

from .asking import get_standings, scope_of
from .july import ASKED, FIRST_SIX, stage

JULY = {"programme": "2023", "through": "2023-07"}
JOINED, LEFT = (f"HN-EI-2023-{number}" for number in FIRST_SIX[:2])
LATE = "HN-EI-2023-23"  # joined too, and its report of July is not approved
LIGHTS = (*(light.value for light in Light), NONE)


@pytest.fixture
def changed(register: Any) -> None:
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


def test_who_joined_in_the_month_is_judged_by_its_own_report(province: Any, changed: None) -> None:
    found = {each.project.code: each for each in get_standings(scope_of(province, JULY))}
    assert LEFT not in found
    assert (str(found[JOINED].month), found[JOINED].light is None) == ("2023-07", False)
    assert str(found[LATE].month) == "2023-06"
    assert len(found) == 41


def test_every_light_is_the_same_at_every_door_and_all_add_up(province: Any, client_of: Any, changed: None) -> None:
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


def test_the_sentences_count_everybody(province: Any, client_of: Any, changed: None) -> None:
    scope = scope_of(province, JULY)
    text = opened(client_of(province), "/attention/", lang="en", **JULY).text
    judged = [each for each in get_standings(scope) if each.month == scope.end_month]
    lights = [sum(each.light == light for each in judged) for light in (*Light, None)]
    assert len(judged) == 5
    of = dict(zip((*Light, None), lights, strict=True))
    told = f"{of[Light.RED]} red, {of[Light.YELLOW]} yellow, {of[Light.GREEN]} green, {of[None]} not rated"
    assert f"5 judged by July: {told}." in text
    assert "All 41" in " ".join(text.split())


def test_the_overview_holds_as_many_against_their_plans_in_its_table_as_in_its_headline(
    province: Any, client_of: Any, changed: None
) -> None:
    scope = scope_of(province, JULY)
    both = totals(scope.like_for_like()).total_row.figures["disbursed_of_plan"]
    assert get_gaps(scope).compared == both.known == 5  # type: ignore[union-attr]
    # whose plans run from July are further ahead than by the even pace of the heading
    assert "each from the month in which it joined" in opened(client_of(province), "/", lang="en", **JULY).text


def test_each_caption_of_the_overview_says_of_how_many_projects_it_speaks(client_of: Any, province: Any) -> None:
    stage(6)
    open_, closed = (opened(client_of(province), "/", lang="en", **query) for query in (JULY, {"through": "2023-06"}))
    of_six = "of the 6 projects compared alone"
    labels = [anchor.text for anchor in open_.anchors if "Disbursed by the end of" in anchor.text]
    assert labels
    assert all(of_six in label for label in labels)
    assert f"Disbursed and plans by month, billion CNY, {of_six}" in open_.text
    every = "amounts are of all projects, also of those without an approved report of July"
    assert open_.text.count(every) == 2
    assert "compared alone" not in closed.text
    assert "amounts are of all projects" not in closed.text


def test_one_open_month_alone_says_who_is_rated(province: Any, client_of: Any) -> None:
    stage(6)
    asked = {"programme": "2023", "month": "2023-07"}
    text = opened(client_of(province), "/attention/", lang="en", **asked).text
    assert "so nothing is rated here" not in text
    assert "so projects whose report of July is approved are not rated here." in text
    others = [each for each in get_standings(scope_of(province, asked)) if str(each.month) == "2023-06"]
    greens = sum(each.light == Light.GREEN for each in others)
    assert greens
    assert f"{greens} green" in text
    assert counted(province, asked, light="green") == greens


def test_without_a_rule_nobody_is_said_to_be_judged(province: Any, client_of: Any) -> None:
    programme = stage(6)
    programme.light_rule = None
    with create_revision(reason="no rule"):
        programme.save()
    for query in (JULY, {"programme": "2023", "month": "2023-07"}, {"programme": "2023"}):
        text = opened(client_of(province), "/attention/", lang="en", **query).text
        assert "No rule of the lights is set for this programme, so nothing is rated." in text
        assert "judged by" not in text
        assert "not rated at the end of" not in text
        assert "Only one month is shown" not in text


def test_missing_reports_are_said_to_be_another_light_and_as_of_another_day(province: Any, client_of: Any) -> None:
    stage(6, closed=True)
    scope = scope_of(province, {"programme": "2023"})
    lacking = [each for each in get_standings(scope) if each.reports in (Light.YELLOW, Light.RED)]
    assert len(lacking) == ASKED - 6
    assert {str(each.missing_until) for each in lacking} == {"2023-07"}
    text = opened(client_of(province), "/attention/", lang="en").text
    assert "not rated at the end of June 2023." in text
    assert "Lights are of progress; beside them 24 projects are marked for reports missing by 2023-08-21." in text
    assert "1 report missing, that of 2023-07" in text
    earlier = opened(client_of(province), "/attention/", lang="en", through="2023-05").text
    assert "marked for" not in earlier
