"""The first screen of the overview: how far, against which plan, what is behind and why, what may not be concluded."""

from __future__ import annotations

import json
import re

import pytest

from projects.choices import Basis, Measure
from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Plan, Programme, Target
from tests.pages import opened
from tests.projects.july import approve, stage

pytestmark = pytest.mark.django_db

HEADING = (
    "By illustrative data: half-way through the year, disbursement is 15.89 billion CNY,"
    " 7.76 billion CNY behind the announced plan, level with the monitored plan"
)


def part_of(client, name, path="/", **query):
    """The text of one element of the page, with blanks as they are seen."""
    response = client.get(path, {"lang": "en"} | query)
    content = response.content.decode()
    opening = re.escape(name) if name.startswith("<") else rf'<section aria-labelledby="{name}">'
    found = re.search(rf"{opening}.*?</(?:section|h1)>", content, re.DOTALL)
    apart = re.sub(r"</(?:b|td|th|li|p|h2|caption)>", " ", found.group(0))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", apart)).strip().replace("&#x27;", "'")


def heading(client, **query):
    return part_of(client, "<h1>", **query)


def behind(client, **query):
    return part_of(client, "behind", **query)


def not_concluded(client, **query):
    return part_of(client, "not-concluded", **query)


def changed(records, **values):
    """Change the records one by one, as a door does."""
    with create_revision():
        for each in records:
            for name, value in values.items():
                setattr(each, name, value)
            each.save()


def deleted(records):
    with create_revision():
        for each in records:
            each.delete()


def test_a_gap_within_what_a_plan_is_known_to_is_no_number(public_read, register, client):
    found = part_of(client, "how-far")
    assert "level with the pro-rata plan · life0731.com" in found
    assert "−16.4 percentage points" in found
    assert "+0.1 percentage points" not in found


@pytest.mark.no_database
def test_it_is_so_in_chinese(public_read, register, client):
    assert heading(client, lang="zh-hans").startswith(
        "按示例数据：半年完成投资 158.9 亿元，按公布计划滞后 77.6 亿元，按"
    )


def test_it_follows_the_months(public_read, register, client):
    assert heading(client, through="2023-03").startswith(
        "By illustrative data: January to March, disbursement is 4.91 b"
    )
    assert heading(client, through="2023-01").startswith("By illustrative data: January, disbursement is")
    assert heading(client, month="2023-03") == (
        "By illustrative data: in March, disbursement is 2.29 billion CNY,"
        " one month alone is not compared with a plan for the year"
    )


def test_nothing_reported_is_said_and_not_counted_as_nothing(public_read, register, client):
    deleted(MonthlyReport.objects.all())
    assert heading(client) == "By data of which 54.7% is illustrative: 42 projects, total investment 138.5 billion CNY"
    page = opened(client, "/", lang="en").text
    assert page.count("No month is reported in full yet") == 2  # in the lede and where sums stand otherwise
    assert (
        "How far the projects are no report is approved, Total investment: 7 of 42 without data,"
        " Planned disbursement of the year: 12 of 42 without data" in not_concluded(client)
    )


def test_reports_that_fill_no_month_are_not_said_to_be_none(public_read, register, client):
    deleted(MonthlyReport.objects.filter(entry__in=Entry.objects.filter(reports__isnull=False).distinct()[:9]))
    assert MonthlyReport.objects.approved().exists()
    assert "No month is reported in full yet" in opened(client, "/", lang="en").text
    assert "No approved monthly report yet" not in part_of(client, "how-far")


def test_without_a_plan_of_the_year_nothing_is_behind(public_read, register, client):
    deleted(Target.objects.filter(measure=Measure.PLANNED_DISBURSEMENT))
    deleted(Plan.objects.all())
    changed(Entry.objects.filter(programme__year=2023), planned_disbursement=None)
    assert heading(client).endswith("no plan for the year is known to compare with")
    assert "there is nothing to compare" in behind(client)


def test_where_nothing_was_announced_no_target_is_spoken_of(public_read, register, client):
    assert "That the announced targets are met" in not_concluded(client)
    deleted(Target.objects.all())
    assert "announced targets" not in not_concluded(client)
    assert "How the real projects stand" in not_concluded(client)


def test_an_open_month_is_of_those_that_have_reported(public_read, register, client):
    stage(6)
    assert heading(client) == HEADING
    asked = heading(client, through="2023-07")
    assert asked.startswith("By illustrative data: January to July (July 6/30), disbursement is 16.63 billion CNY")
    assert "behind the announced plan" in asked
    found = behind(client, through="2023-07")
    assert "all 30: " in found
    assert "That July was slow" in not_concluded(client, through="2023-07")


def test_with_an_open_month_the_heading_names_the_closed_one_before_it_that_lacks_reports(
    public_read, register, client
):
    stage(28)
    approve(24, month=6)
    assert "January to July (June 24/30, July 28/30), disb" in heading(client, through="2023-07")


def test_an_open_month_that_nobody_has_reported_changes_no_sum(public_read, register, client):
    stage(0)
    assert "July 0/30), disbursement is 15.89 billion CNY" in heading(client, through="2023-07")


def test_a_part_is_held_against_its_own_plans(public_read, register, client):
    assert heading(client, prefecture="430100").endswith("2.81 billion CNY behind these projects' own plans")
    said = not_concluded(client, prefecture="430100")
    assert "That this part meets the announced targets" in said
    assert "That projects started as published" not in said


def test_what_is_behind_adds_up_to_the_gap_of_all(public_read, register, client):
    found = behind(client)
    for text in ("−1.156", "−0.507", "These 5 −3.373", "Other 25 −4.387", "all 30: −7.760", "no reason given"):
        assert text in found, text
    for text in ("red 2", "yellow 19", "green 9", "not rated 12"):
        assert text in found.lower(), text


@pytest.mark.parametrize(
    ("language", "of_list", "own", "of_some"),
    [
        (
            "en",
            "behind the announced plan",
            "by the announced plan of these projects",
            "the own plans of the 5 of them that have one",
        ),
        ("zh-hans", "按公布计划滞后", "按所列项目的公布计划", "其中有计划的 5 个项目的年度计划投资"),
    ],
)
def test_a_gap_says_whether_it_is_to_the_plan_of_the_list_or_to_the_projects_own(
    public_read, register, client, language, of_list, own, of_some
):
    """Where some have none, these come to less: the same words for both would be two numbers for one thing."""
    with create_revision():
        for entry in Entry.objects.filter(project__code__in=["HN-EI-2023-13", "HN-EI-2023-14"]):
            entry.planned_disbursement = None
            entry.save()
    assert of_list in heading(client, lang=language)
    of_projects = behind(client, lang=language)
    assert own in of_projects
    assert "−7.76" not in of_projects.replace("77.6", "7.76")
    part = {"sector": "advanced-computing", "lang": language}
    assert of_some in heading(client, **part)
    assert own in behind(client, **part)


def test_each_gap_opens_to_the_plan_that_it_is_of(public_read, register, client):
    page = opened(client, "/", lang="en")
    gaps = [anchor for anchor in page.anchors if anchor.href.endswith("#plan-announced")]
    assert [anchor.text for anchor in gaps] == ["−1.156", "−0.587", "−0.564", "−0.559", "−0.507"]
    for anchor in gaps:
        assert anchor.text in opened(client, anchor.href.replace("#", "&lang=en#")).text


def test_the_gaps_that_are_added_up_open_to_all_of_them_in_their_order(public_read, register, client):
    page = opened(client, "/", lang="en")
    sums = [anchor for anchor in page.anchors if anchor.text in ("−3.373", "−4.387")]
    assert len(sums) == 2
    for anchor in sums:
        listed = opened(client, f"{anchor.href}&lang=en").text
        order = [listed.index(gap) for gap in ("−1.156", "−0.587", "−0.564", "−0.559", "−0.507")]
        assert order == sorted(order)


def test_a_reason_of_what_is_behind_leads_to_the_problem(public_read, register, client):
    page = opened(client, "/", lang="en")
    [problem] = [anchor for anchor in page.anchors if "land: " in anchor.text]
    assert "HN-EI-2023-40" in problem.href
    assert "国土空间规划" in opened(client, problem.href).text
    lights = [anchor for anchor in page.anchors if "show=red" in anchor.href]
    assert "2 red" in opened(client, lights[0].href).text


def test_what_is_made_up_is_no_test_of_a_target(public_read, register, client):
    said = not_concluded(client)
    assert "How the real projects stand illustrative: all of " in said
    assert "That the announced targets are met illustrative: 54.7% of total investment, all of planned" in said
    assert "; cannot be tested" in said
    assert "Which plan applies 47.3, about 31.7 stand side by side" in said
    assert "40 published, 33 confirmed by the list (of them 28 illustrative), 7 without data" in said
    assert "How it stands today" not in said


def test_of_real_records_it_does_not_say_so(public_read, register, client):
    with create_revision():
        for report in MonthlyReport.objects.filter(entry__programme__year=2023):
            report.delete()
        for entry in Entry.objects.filter(programme__year=2023, basis=Basis.ILLUSTRATIVE):
            entry.delete()
    assert "cannot be tested" not in not_concluded(client)
    assert "illustrative" not in heading(client)


def test_gaps_in_the_months_are_a_reservation(public_read, register, client):
    deleted(MonthlyReport.objects.filter(entry__project__code="HN-EI-2023-13", month=2))
    assert "That the sum of the months is complete with gaps 1, 1 month missing" in not_concluded(client)


def test_an_empty_programme_and_one_without_anything_have_their_pages(public_read, register, client):
    year = Programme.objects.order_by("-year").first().year
    assert "What was announced and reported" in opened(client, f"/programmes/{year}/", lang="en").text
    assert "No project meets these conditions" in opened(client, "/", lang="en", search="no such project").text


@pytest.mark.no_database
def test_cards_have_no_bar_and_say_their_verdict_in_words(public_read, register, client):
    content = client.get("/?lang=en").content.decode()
    cards = re.findall(r'<article class="card sm">.*?</article>', content, re.DOTALL)
    assert len(cards) == 6
    assert not [card for card in cards if "meter" in card or "<rect" in card]
    verdicts = [re.findall(r'<span class="verdict">(.*?)</span>', card) for card in cards]
    assert verdicts == [
        ["difference 0, equal"],
        ["cannot be tested: 54.7% of it is illustrative"],
        ["cannot be tested: all illustrative"],
        ["cannot be tested: 85.3% of it is illustrative"],
        ["cannot be tested: all illustrative"],
        ["no data"],
    ]


def test_a_list_that_nothing_changed_in_says_that_too(public_read, register, client):
    assert "start of the year 42 + joined 0 − left 0 = now 42" in part_of(
        client, '<section class="sec" aria-labelledby="list-changes">'
    )
    changed(Entry.objects.filter(project__code="HN-EI-2023-14", programme__year=2023), left="2023-03-15")
    assert "start of the year 42 + joined 0 − left 1 = now 41" in part_of(
        client, '<section class="sec" aria-labelledby="list-changes">'
    )


def test_of_a_list_that_changed_it_says_of_whom_the_gaps_and_for_which_months_the_reports_are(
    public_read, register, client
):
    assert "January to June, 6 months each" in opened(client, "/", lang="en").text
    changed(Entry.objects.filter(project__code="HN-EI-2023-14", programme__year=2023), left="2023-03-15")
    text = opened(client, "/", lang="en").text
    assert "January to June, each project while it is on the list" in text
    assert "of those still on the list, each from the month in which it joined" in text


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("total_investment", "Changsha has the largest share, 41.8%"),
        ("planned_disbursement", "of the known planned disbursement of the year"),
        ("disbursed", "of the known disbursed"),
        ("progress", "has completed the largest share of its plan"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/prefectures/"])
def test_the_title_of_the_map_follows_its_measure(public_read, register, client, path, measure, said):
    content = client.get(path, {"map": measure, "lang": "en"}).content.decode()
    title = re.search(
        r'id="prefectures".*?</header>' if path == "/" else r'<p class="lede">.*?</p>', content, re.DOTALL
    )
    assert said in title.group(0)


@pytest.mark.no_database
def test_the_box_of_a_month_says_which_plan_each_gap_is_to(public_read, register, client):
    page = opened(client, "/", lang="en")
    boxes = [json.loads(data["data-box"]) for tag, data in page.elements if tag == "a" and "data-box" in data]
    names = [[name for name, _value in rows] for _head, rows, _note in boxes]
    assert not [box for box in names if len(set(box)) < len(box)]
    assert any({"The announced plan, gap", "The monitored plan, gap"} <= set(box) for box in names)
