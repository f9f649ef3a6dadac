"""/figures/<name>/ and /compare/"""

from __future__ import annotations

import pytest
from django.utils import translation

from projects.history.revisions import create_revision
from projects.models import Project, Revision
from projects.pages import formatting
from projects.totals.figures import FIGURES
from tests.pages import more_projects, opened
from tests.projects.models.reports_made import entry_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def newest(register):
    return f"r{Revision.objects.newest_number()}"


def raised(code="HN-EI-2023-13", by=10**9):
    project = Project.objects.get(code=code)
    project.total_investment += by
    with create_revision():
        project.save()


@pytest.mark.parametrize("lang", ["zh-hans", pytest.param("en", marks=pytest.mark.no_database)])
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_explained_in_both_languages(name, lang, province, client_of):
    page = opened(client_of(province), f"/figures/{name}/", lang=lang, programme="2023")
    records = [int(each["data-value"]) for _tag, each in page.elements if "data-record" in each]
    headline = [
        int(each["data-value"]) for tag, each in page.elements if tag == "span" and each.get("data-figure") == name
    ]
    assert sum(records) == sum(headline)


def test_it_names_the_source_of_a_published_value_and_the_person_behind_a_change(province, client_of):
    raised()
    page = opened(client_of(province), "/figures/total_investment/", programme="2023")
    sources = {anchor.href for anchor in page.anchors if anchor.href.startswith("http")}
    claims = Project.objects.get(code="HN-EI-2023-01").claims.filter(adopted=True, figure="total_investment")
    assert claims.get().source.url in sources


def test_it_shows_which_records_changed_it_since_another_day(newest, province, client_of):
    raised()
    page = opened(client_of(province), "/figures/total_investment/", programme="2023", since=newest)
    text = " ".join(page.text.split())
    assert "+100,000" in text  # 万元
    assert "HN-EI-2023-13" in text


def test_its_permanent_address_says_the_same_after_a_change(province, client_of):
    browser = client_of(province)
    page = opened(browser, "/figures/total_investment/", programme="2023", sector="advanced-computing")
    (permanent,) = {each["value"] for tag, each in page.elements if tag == "input" and each.get("id") == "permanent"}
    value = figure_of(page, "total_investment")
    raised()
    path = permanent.removeprefix("http://testserver")
    assert figure_of(opened(browser, path), "total_investment") == value
    assert figure_of(opened(browser, path.split("&as_of")[0]), "total_investment") == value + 10**9


def figure_of(page, name):
    return next(
        int(each["data-value"]) for tag, each in page.elements if tag == "span" and each.get("data-figure") == name
    )


@pytest.mark.no_database
@pytest.mark.parametrize("path", ["/figures/nothing/", "/figures/minimum_project_investment/"])
def test_a_name_that_is_no_figure_is_not_found(path, province, client_of):
    assert client_of(province).get(path).status_code == 404


@pytest.mark.parametrize(("language", "words"), [("en", "of what is disbursed"), ("zh-hans", "按完成投资计")])
def test_of_a_share_it_is_said_of_what_the_records_are_counted(province, client_of, language, words):
    """A plan that changed moves the share too, and is counted with the plans."""
    browser = client_of(province)
    with create_revision(user=province, reason="a plan"):
        entry = entry_of("HN-EI-2023-14")
        entry.planned_disbursement += 10**8
        entry.save()
    page = browser.get("/compare/", {"since": "r1", "lang": language})
    figures = {line["figure"].name: line["figure"] for line in page.context["figures"]}
    [share] = [each for each in figures.values() if each.ratio]
    assert (figures["planned_disbursement"].count, share.count, share.ratio.points != 0) == (1, 0, True)
    assert page.content.decode().count(words) == 1


def test_the_public_reads_no_person(public_read, province, client_of):
    raised()
    with create_revision(user=province, reason="a person"):
        project = Project.objects.get(code="HN-EI-2023-14")
        project.total_investment += 1
        project.save()
    shown = client_of(None).get("/figures/total_investment/?programme=2023").content.decode()
    assert province.display_name not in shown
    assert (
        province.display_name in client_of(province).get("/figures/total_investment/?programme=2023").content.decode()
    )


def test_amounts_of_two_days_lose_no_digit(newest, province, client_of):
    raised(by=123_456)
    client = client_of(province)
    page = opened(client, "/compare/", since=newest, programme="2023").text
    assert "万元 13,850,000 13,850,012.3456 +12.3456" in page
    file = b"".join(client.get("/compare/", {"since": newest, "programme": "2023", "format": "csv"}).streaming_content)
    assert "12.3456" in file.decode()


def test_a_day_is_compared_with_an_earlier_one(newest, province, client_of):
    raised()
    middle = f"r{Revision.objects.newest_number()}"
    raised("HN-EI-2023-14")
    client = client_of(province)
    assert client.get("/compare/?since=2023-06-01&as_of=2023-05-01").status_code == 400
    text = client.get(f"/compare/?programme=2023&since={newest}&as_of={middle}").content.decode()
    assert "HN-EI-2023-13" in text
    assert "HN-EI-2023-14" not in text


def test_the_records_of_a_figure_go_by_pages_and_the_foot_is_of_all(province, client_of):
    more_projects(88)
    browser, codes = client_of(province), []
    for number, first, last in ((1, 1, 50), (2, 51, 100), (3, 101, 123)):
        page = opened(browser, "/figures/total_investment/", programme="2023", lang="en", page=str(number))
        shown = [each["data-record"] for _tag, each in page.elements if "data-record" in each]
        assert len(shown) == last - first + 1
        codes += shown
        text = " ".join(page.text.split())
        assert f"{first} to {last} of 123 · totals are of all of them" in text
        assert "The records above come to exactly this." in text
    assert len(set(codes)) == 123
    with translation.override("en"):
        total = formatting.number(figure_of(page, "total_investment"), "CNY", "precise")
    assert f"Total{total}" in "".join(page.text.split())
