"""`/programmes/`."""

import pytest

from projects.choices import Measure, Relation
from projects.history.revisions import create_revision
from projects.models import Programme, Target
from tests.pages import opened

pytestmark = pytest.mark.django_db


def test_years_stand_side_by_side_with_their_numbers(public_read, register, client):
    text = opened(client, "/programmes/", lang="en").text
    assert (
        "Announced total investment: 82.37 billion CNY in 2019, 138.5 billion CNY in 2023, none for 2024, 2025" in text
    )
    assert "more than 150.0" in text


def test_what_is_no_exact_number_is_none_in_the_heading_and_the_chart_either(public_read, register, client):
    first = Target.objects.get(programme__year=2019, measure=Measure.TOTAL_INVESTMENT, kind="announced")
    with create_revision():
        first.relation = Relation.MORE_THAN
        first.save()
    html = client.get("/programmes/", {"lang": "en"}).content.decode()
    assert "Announced total investment: more than 82.37 billion CNY in 2019, 138.5 billion CNY in 2023" in html
    assert "2019: total investment announced more than 82.37 billion CNY" in html


def test_a_number_that_is_exceeded_is_written_as_announced_in_chinese(public_read, register, client):
    assert "1,500.0以上" in opened(client, "/programmes/", lang="zh-hans").text
    assert "达产年收入 1,500.0 亿元以上" in opened(client, "/programmes/", lang="zh-hans").text
    overview = opened(client, "/", lang="zh-hans").text
    assert "每项5.0 亿元以上" in overview
    assert "超过 1,500" not in overview


def test_contradictions_are_shown_with_how_far_they_are_apart(public_read, register, client):
    text = opened(client, "/programmes/", lang="en").text
    assert "difference 15.6 billion CNY (49% of the lower figure)" in text
    assert "2021, 2022: Total investment" in text
    assert "implies 28.7 billion, not 43.3" in text


def test_numbers_that_agree_are_no_contradiction(public_read, register, client):
    monitored = Target.objects.get(programme__year=2023, measure=Measure.PLANNED_DISBURSEMENT, kind="monitored")
    with create_revision():
        monitored.value = 47_300_000_000
        monitored.save()
    assert "difference 15.6 billion CNY" not in opened(client, "/programmes/", lang="en").text


def test_a_programme_without_numbers_has_dashes(public_read, register, client):
    with create_revision():
        Programme(year=2031, name_zh="2031年重点项目").save()
    assert "none for 2024, 2025, 2031" in opened(client, "/programmes/", lang="en").text
