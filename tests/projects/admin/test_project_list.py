"""The list of projects: its columns, filters and search; what only the page of projects answers leads there."""

from __future__ import annotations

import pytest

from projects.models import Project
from tests.projects.admin.forms import messages_of, project, url


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def listed(browser, **query):
    response = browser.get(url(Project), query)
    assert response.status_code == 200
    return response.context["cl"]


def test_what_is_not_known_is_a_dash_that_says_so(browser):
    page = browser.get(url(Project), {"lang": "en", "q": "HN-EI-2023-03"}).content.decode()
    assert page.count('title="not known"') >= 2


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({"programme": "2022"}, {"entries__programme__year": 2022}),
        ({"sector": "energy-electronics"}, {"sector__code": "energy-electronics"}),
        ({"prefecture": "none"}, {"prefecture": None}),
        ({"basis": "published"}, {"basis": "published"}),
        ({"transferred": "yes", "kind": "plant"}, {"transferred": "yes", "kind": "plant"}),
    ],
)
def test_each_filter_narrows_the_list(query, filters, browser, register):
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


@pytest.mark.parametrize("order", ["99", "x", "--1"])
def test_a_senseless_order_is_harmless(order, browser):
    assert listed(browser, o=order, p="999").result_count == 42


@pytest.mark.no_database
@pytest.mark.parametrize(("name", "value"), [("sector", "no-such-sector"), ("programme", "1999")])
def test_a_wrong_filter_is_named_and_nothing_is_listed_by_it(name, value, browser):
    response = browser.get(url(Project), {name: value, "lang": "en"}, follow=True)
    assert response.redirect_chain
    assert messages_of(response)
    assert response.context["cl"].result_count == 42
