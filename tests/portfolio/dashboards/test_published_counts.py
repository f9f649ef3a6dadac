"""What was published of starts and trial production, beside what the register comes to: on the overview and the list."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Target
from tests.pages import opened

pytestmark = pytest.mark.django_db


def test_published_counts_that_the_register_does_not_reach_are_contradictions(public_read, register, client):
    page = opened(client, "/about/", lang="en", programme="2023")
    for title in ("2023: Projects started", "2023: Projects in trial production"):
        assert title in page.text, title
    assert "Sum of this register" in page.text
    # 33 in the register, most of them illustrative and 7 unknown; of trial production nothing is known
    assert "difference 7" not in page.text
    assert "difference 17" not in page.text
    assert "cannot be tested: 84.8% of it is illustrative, 7 without data" in page.text
    hrefs = [anchor.href for anchor in page.anchors]
    for measure in ("started_count", "trial_production_count"):
        assert Target.objects.get(programme__year=2023, measure=measure).source.url in hrefs
    assert any("/figures/started_count/" in href and "through=2023-06" in href for href in hrefs)


def test_the_overview_says_it_where_it_speaks_of_the_start_rate(public_read, register, client):
    page = opened(client, "/", lang="en", programme="2023")
    assert "start rate at least 78.6%: 33 of 42 projects, January to June" in page.text
    assert page.value("started_count") == 33
    assert "Projects in trial production" in page.text
    chinese = opened(client, "/", lang="zh-hans", programme="2023").text
    assert "开工率至少 78.6%：1–6月共42项，已开工33项" in chinese


def test_numbers_of_different_things_are_no_distance_apart_and_a_bound_gives_the_least(public_read, register, client):
    text = opened(client, "/about/", lang="en", programme="2023").text
    assert "5.826" not in text  # Zhuzhou alone, and Zhuzhou with Yixing
    assert "difference at least 5.4" in text  # below 21.59, and 27.0


def test_a_part_of_the_list_is_held_against_nothing(public_read, register, client):
    page = opened(client, "/", lang="en", programme="2023", sector="new-display")
    assert "Started, and in trial production" not in page.text
    assert "2023: Projects started" not in opened(client, "/about/", lang="en", sector="new-display").text


def test_what_agrees_is_no_contradiction_and_still_stands_on_the_overview(public_read, register, client):
    with create_revision():
        target = Target.objects.get(programme__year=2023, measure="started_count")
        target.value = 33
        target.save()
    assert "2023: Projects started" not in opened(client, "/about/", lang="en", programme="2023").text
    assert "start rate at least 78.6%" in opened(client, "/", lang="en", programme="2023").text
