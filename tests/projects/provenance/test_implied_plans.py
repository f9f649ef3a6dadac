"""Plans that published numbers imply: what a note says in words, the register reckons, and contradicts where it must."""

from __future__ import annotations

import re

import pytest

from projects.models import Target
from projects.provenance.contradictions import disagreements, implied_plans
from tests.pages import opened

pytestmark = pytest.mark.django_db

STATED = re.compile(r"stated as ([0-9.]+)% of")
IMPLIED = re.compile(r"implies (?:a plan of about )?([0-9.]+) billion")


def targets():
    return list(Target.objects.select_related("programme", "source"))


def plans(year):
    """Of a year the numbers said or implied, in hundred million CNY, where they disagree."""
    found = [each for each in disagreements(targets()) if each.targets[0].programme.year == year]
    return [
        ([round(one.value / 10**8) for one in each.targets], [round(one.value / 10**8) for one in each.implied])
        for each in found
        if each.measure == "planned_disbursement"
    ]


def test_the_shares_are_those_that_the_notes_say_in_words(register):
    said = {}
    for target in targets():
        if (match := STATED.search(target.note_en)) and target.measure == "disbursed":
            said[target.pk] = (round(float(match[1]) * 10), "exactly")
        elif "above plan" in target.note_en:
            said[target.pk] = (1000, "more than")
    monitored = Target.objects.get(programme__year=2023, measure="disbursed", through_month=6)
    said[monitored.pk] = (501, "exactly")  # said in the note of the monitored plan
    stored = {each.pk: (each.plan_share, each.plan_share_relation) for each in targets() if each.plan_share}
    assert stored == said


def test_the_implied_plans_are_those_of_the_notes(register):
    for plan in implied_plans(targets()):
        match = IMPLIED.search(plan.target.note_en)
        if match:
            assert round(plan.value / 10**9, 1) == float(match[1]), plan.target


def test_2021_and_2022_contradict_their_announced_plans(register):
    assert plans(2021) == [([433], [287, 311])]
    assert plans(2022) == [([270], [216])]


def test_what_agrees_is_no_contradiction_and_not_said_twice(register):
    assert plans(2023) == [([473, 317], [])]
    assert plans(2020) == []


def test_they_stand_on_the_list_with_their_sources(public_read, register, client):
    page = opened(client, "/programmes/", lang="en")
    for text in ("about 28.7", "below 21.59", "stated as 79.9% of the plan", "reported as above the plan"):
        assert text in page.text, text
    hrefs = {anchor.href for anchor in page.anchors}
    for target in Target.objects.filter(programme__year__in=(2021, 2022), measure="disbursed"):
        assert target.source.url in hrefs
