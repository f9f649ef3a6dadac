"""`/projects/`."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.history.revisions import create_revision
from projects.models import Project
from tests.pages import more_projects, opened, read

pytestmark = pytest.mark.django_db


def codes(page):
    return [
        anchor.href.split("/")[2]
        for anchor in page.anchors
        if anchor.href.startswith("/projects/HN-") and "#" not in anchor.href
    ]


def test_the_whole_list_stands_with_its_totals(public_read, register, client):
    page = opened(client, "/projects/")
    assert len(codes(page)) == 42
    assert page.value("total_investment") == 138_500_000_000
    assert page.value("disbursed") == 15_890_000_000


def test_filters_of_one_kind_widen_and_of_two_kinds_narrow(public_read, register, client):
    page = opened(client, "/projects/", prefecture=["430100", "430700"], lang="en")
    assert "19 projects of the list of 2023 meet the conditions." in page.text
    assert page.value("total_investment") == 72_235_130_000
    both = opened(client, "/projects/", prefecture=["430100", "430700"], basis="published")
    assert both.value("project_count") == 6


def test_a_condition_can_be_taken_away(public_read, register, client):
    page = opened(client, "/projects/", prefecture=["430100", "430700"], basis="published", lang="en")
    chips = {anchor.text: anchor.href for anchor in page.anchors}
    assert opened(client, chips["Prefecture: Changde"]).value("project_count") == 6
    assert opened(client, chips["Basis: Published"]).value("project_count") == 19
    assert opened(client, chips["Clear all"]).value("project_count") == 42


def test_the_end_of_a_range_is_an_amount_only_where_amounts_are_filtered(public_read, register, client):
    page = opened(client, "/projects/", start_min="2023", total_investment_max="2500000000.0", lang="en")
    texts = {anchor.text for anchor in page.anchors}
    assert "Start from: 2023" in texts
    assert "At most, CNY: ≤ 2.500 billion CNY" in texts


def test_exact_amounts_can_be_added_up_by_hand(public_read, register, client):
    page = opened(client, "/projects/", precision="exact", search="HN-EI-2023-02")
    assert "529,286" in page.text
    assert "万元" in page.text
    assert "5,292.86" in opened(client, "/projects/", precision="exact", search="HN-EI-2023-02", lang="en").text


def test_an_amount_of_less_than_ten_thousand_is_not_lost(public_read, register, client):
    project = Project.objects.get(code="HN-EI-2023-02")
    with create_revision():
        project.total_investment = 5_292_861_234
        project.save()
    assert "529,286.1234" in opened(client, "/projects/", precision="exact", search="HN-EI-2023-02").text


def test_zero_is_shown_as_zero_and_what_is_not_known_as_a_dash(public_read, register, client):
    page = opened(client, "/projects/", search="HN-EI-2023-40")
    assert "0.00" in page.text
    assert "—" in opened(client, "/projects/", search="HN-EI-2023-05").text


def test_a_long_list_has_pages_and_totals_of_all_of_them(public_read, register, client):
    more_projects(30)
    first = opened(client, "/projects/", lang="en")
    assert "1 to 50 of 72" in first.text
    assert first.value("project_count") == 72
    following = next(anchor for anchor in first.anchors if anchor.text == "Next")
    second = opened(client, following.href)
    assert "51 to 72 of 72" in second.text
    assert second.value("total_investment") == first.value("total_investment")


@pytest.mark.no_database
@pytest.mark.parametrize(
    "query", ["page=2", "page=²", "search=%00", "prefecture=430100&prefecture=1", "total_investment_min=1e3"]
)
def test_a_wrong_question_is_refused_and_named(public_read, register, client, query):
    response = client.get(f"/projects/?{query}")
    assert response.status_code == 400
    assert query.split("=")[0] in read(response.content).text


def test_the_known_values_of_a_reader_of_one_prefecture_name_no_other(changsha_reader, client_of):
    text = read(client_of(changsha_reader).get("/projects/?prefecture=430200&lang=en").content).text
    assert "430100" in text
    assert "430300" not in text


def test_nothing_found_says_what_to_do(public_read, register, client):
    text = opened(client, "/projects/", search="no such thing", lang="en").text
    assert "No project meets these conditions" in text


def test_a_year_without_projects_is_not_said_to_have_none(public_read, register, client):
    text = opened(client, "/projects/", programme="2019", lang="en").text
    assert "The projects of the list of 2019 are not in the register." in text
    assert "0 projects" not in text
    assert "No project meets these conditions" not in text


@pytest.mark.permission
def test_a_reader_of_one_prefecture_is_told_how_many_they_see_and_not_how_many_there_are(changsha_reader, client_of):
    client = client_of(changsha_reader)
    assert "You may see 13 projects of the list of 2023." in opened(client, "/projects/", lang="en").text
    assert "2023 年名单中，您有权查看 13 项。" in opened(client, "/projects/", lang="zh-hans").text
    found = opened(client, "/projects/", transferred="yes", lang="en").text
    assert "that you may see of the list of 2023" in found
    assert (
        "You may see no project of the list of 2019." in opened(client, "/projects/", programme="2019", lang="en").text
    )


def test_a_reader_of_one_prefecture_finds_no_trace_of_others(changsha_writer, client_of):
    page = opened(client_of(changsha_writer), "/projects/")
    own = list(Project.objects.filter(prefecture__adcode="430100").values_list("code", flat=True))
    assert codes(page) == own
    assert "株洲" not in page.text
    assert page.value("project_count") == 13


@pytest.mark.parametrize("query", ["", "counted_in=disbursed&ordering=-disbursed"])
def test_it_asks_the_database_as_often_whatever_the_number_of_projects(province, client_of, query):
    client = client_of(province)
    with CaptureQueriesContext(connection) as few:
        opened(client, f"/projects/?{query}")
    more_projects(60)
    with CaptureQueriesContext(connection) as many:
        opened(client, f"/projects/?{query}")
    assert len(many) == len(few) <= 29
