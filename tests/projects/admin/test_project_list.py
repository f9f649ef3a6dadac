"""The list of projects: its columns, filters and search; what only the page of projects answers leads there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.history.revisions import create_revision
from projects.models import Entry, Programme, Project
from tests.projects.admin.forms import messages_of, project, url


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def listed(browser, **query):
    response = browser.get(url(Project), query)
    assert response.status_code == 200
    return response.context["cl"]


def test_without_a_question_all_projects_are_listed(browser):
    assert listed(browser).result_count == 42


def test_what_is_not_known_is_a_dash_that_says_so(browser):
    page = browser.get(url(Project), {"lang": "en", "q": "HN-EI-2023-03"}).content.decode()
    assert page.count('title="not known"') >= 2


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({"programme": "2023"}, {"entries__programme__year": 2023}),
        ({"programme": "2022"}, {"entries__programme__year": 2022}),
        ({"direction": "industry"}, {"sector__direction__code": "industry"}),
        ({"sector": "energy-electronics"}, {"sector__code": "energy-electronics"}),
        ({"prefecture": "430200"}, {"prefecture__adcode": "430200"}),
        ({"prefecture": "none"}, {"prefecture": None}),
        ({"basis": "published"}, {"basis": "published"}),
        ({"transferred": "yes", "kind": "plant"}, {"transferred": "yes", "kind": "plant"}),
    ],
)
def test_each_filter_narrows_the_list(query, filters, browser, register):
    if "direction" in query:
        query = {"direction": project("01").sector.direction.code}
        filters = {"sector__direction__code": query["direction"]}
    assert set(listed(browser, **query).queryset) == set(Project.objects.filter(**filters))


@pytest.mark.parametrize(
    "query", [{"as_of": "2023-07-01"}, {"missing": "total_investment"}, {"search": "三安"}, {"through": "2023-03"}]
)
def test_what_only_the_page_of_projects_answers_leads_there(query, browser):
    response = browser.get(url(Project), query | {"sector": "power-semiconductors"})
    assert response.status_code == 302
    assert response["Location"].startswith("/projects/?")
    assert "sector=power-semiconductors" in response["Location"]


def test_search_finds_code_both_names_and_enterprise(browser):
    record = project("08")
    for term in ("hn-ei-2023-08", record.name_zh[:5], record.name_en.split()[0], record.enterprise.name_zh[:4]):
        assert record in set(listed(browser, q=term).queryset)


@pytest.mark.parametrize("order", ["99", "-99", "x", "1.2.3.4.5.6.7.8.9.10", "--1", ""])
def test_a_senseless_order_is_harmless(order, browser):
    assert listed(browser, o=order).result_count == 42


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("name", "value"),
    [("sector", "no-such-sector"), ("prefecture", "999999"), ("programme", "1999"), ("basis", "invented")],
)
def test_a_wrong_filter_is_named_and_nothing_is_listed_by_it(name, value, browser):
    response = browser.get(url(Project), {name: value, "lang": "en"}, follow=True)
    assert response.redirect_chain
    assert messages_of(response)
    assert response.context["cl"].result_count == 42


@pytest.mark.parametrize("page", ["0", "-1", "999", "x"])
def test_a_page_that_does_not_exist_is_harmless(page, browser):
    assert browser.get(url(Project), {"p": page}, follow=True).status_code == 200


def test_an_empty_list_says_why(browser):
    page = browser.get(url(Project), {"q": "nothing like this", "lang": "en"}).content.decode()
    assert "No record fits" in page


def test_the_list_asks_the_same_number_of_questions_whatever_the_rows(browser, province):
    def questions_of(**query):
        with CaptureQueriesContext(connection) as queries:
            listed(browser, **query)
        return len(queries)

    questions_of()
    before = questions_of()
    with create_revision():
        for number in range(20):
            copy = project("18")
            copy.pk, copy._stored, copy.code = None, None, f"COPY-{number}"
            copy._state.adding = True
            copy.save()
            Entry(project=copy, programme=Programme.objects.get(year=2023), planned_disbursement=1).save()
    assert listed(browser).result_count == 62
    assert questions_of() <= before <= 14
