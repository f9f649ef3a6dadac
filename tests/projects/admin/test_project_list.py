"""The list of projects: the shared question, its columns, and totals of exactly its rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.history.revisions import create_revision
from projects.models import Entry, Programme, Project
from projects.totals.figures import USUAL
from projects.totals.scope import Scope
from projects.totals.totals import totals
from tests.people import CHANGSHA
from tests.projects.admin.forms import messages_of, project, url

YI, BILLION = 10**8, 10**9


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def listed(browser, **query):
    response = browser.get(url(Project), query)
    assert response.status_code == 200
    return response.context["cl"]


def totals_of(changelist):
    return {figure.name: (figure.value, figure.coverage) for figure in changelist.summary.figures}


def test_without_a_question_all_projects_are_listed_with_the_published_totals(browser):
    changelist = listed(browser, lang="zh-hans")
    assert changelist.result_count == 42
    totals = totals_of(changelist)
    published = {
        "project_count": ("42", "42 / 42"),
        "total_investment": ("1,385.00", "35 / 42"),
        "planned_disbursement": ("473.00", "30 / 42"),
        "expected_revenue": ("1,500.00", "32 / 42"),
        "transferred_count": ("23", "30 / 42"),
        "disbursed": ("158.90", "30 / 42"),
        "disbursed_of_plan": ("33.6 %", "30 / 42"),
    }
    assert tuple(totals) == USUAL
    assert {name: totals[name] for name in published} == published


@pytest.mark.no_database
def test_amounts_are_in_billion_for_readers_of_english(browser):
    changelist = listed(browser, lang="en")
    assert totals_of(changelist)["total_investment"] == ("138.500", "35 / 42")
    assert {line.unit for line in changelist.summary.columns} == {"billion CNY"}


def test_the_programme_of_the_yearly_figures_is_named_in_the_head(browser):
    page = browser.get(url(Project), {"lang": "en"}).content.decode()
    assert "Planned 2023 " in page
    assert "Disbursed to 2023-06" in page
    with create_revision():
        Entry(project=project("18"), programme=Programme.objects.get(year=2024)).save()
    page = browser.get(url(Project), {"lang": "en", "programme": "2024"}).content.decode()
    assert "Planned 2024 " in page
    assert "Disbursed 2024" in page


def test_each_number_of_the_coverage_opens_to_so_many_projects(browser):
    for figure in listed(browser).summary.figures:
        for number, address in ((figure.known, figure.known_url), (figure.missing, figure.missing_url)):
            assert browser.get(f"{url(Project)}{address}").context["cl"].result_count == number, address


def test_a_chosen_programme_lists_its_projects_and_says_what_is_met(browser):
    assert listed(browser, programme="2022").result_count == 0
    changelist = listed(browser, programme="2023", lang="en")
    lines = {figure.name: figure.targets for figure in changelist.summary.figures}
    assert [target.verdict for target in lines["total_investment"]] == ["cannot be tested"]
    assert [(target.share, target.verdict) for target in lines["disbursed"]][-2:] == [
        ("33.6 %", "cannot be tested"),
        ("50.1 %", "cannot be tested"),
    ]
    everything = {figure.name: figure.targets for figure in listed(browser, lang="en").summary.figures}
    assert {target.verdict for target in everything["total_investment"]} == {""}


@pytest.mark.no_database
def test_what_is_not_known_is_a_dash_that_says_so(browser):
    page = browser.get(url(Project), {"lang": "en", "search": "HN-EI-2023-03"}).content.decode()
    assert page.count('title="not known"') >= 3
    assert 'title="no approved report"' in page


FILTERS = {
    "sector": ["advanced-computing", "energy-electronics"],
    "prefecture": [CHANGSHA, "430200", "none"],
    "programme": ["2023", "2022"],
    "basis": ["published", "illustrative"],
    "transferred": ["yes", "no", "unknown"],
    "kind": ["park", "plant"],
    "missing": ["total_investment", "planned_disbursement", "expected_revenue", "disbursed", "transferred_count"],
    "counted_in": ["transferred_count", "total_investment"],
    "size": ["1-5", "none"],
    "search": ["示例", "HN-EI-2023-0", "Illustrative", "nothing like this"],
    "total_investment_min": ["1000000000"],
    "ordering": ["-total_investment"],
}
questions = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in FILTERS.items()})


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions)
def test_rows_and_totals_are_those_of_the_shared_question(browser, province, rf, question):
    changelist = listed(browser, **question)
    request = rf.get("/", question)
    request.user = province
    scope = Scope.from_request(request, on_list="programme" in question)
    assert set(changelist.queryset) == set(scope.projects())
    answer = totals(scope).total_row.figures
    shown = totals_of(changelist)
    assert shown["project_count"][0] == str(answer["project_count"].value) == str(changelist.result_count)
    for name, figure in answer.items():
        assert shown[name][1] == f"{figure.known} / {figure.of}"


def test_the_link_of_a_coverage_opens_the_projects_without_the_figure(browser):
    for figure in listed(browser, sector="energy-electronics").summary.figures:
        response = browser.get(url(Project) + figure.missing_url)
        assert response.context["cl"].result_count == figure.missing


def test_search_finds_code_both_names_and_enterprise(browser):
    record = project("08")
    for term in ("hn-ei-2023-08", record.name_zh[:5], record.name_en.split()[0], record.enterprise.name_zh[:4]):
        assert record in set(listed(browser, search=term).queryset)


def test_the_parameter_of_djangos_own_search_leads_to_ours(browser):
    response = browser.get(url(Project), {"q": "三安", "sector": "power-semiconductors"}, follow=True)
    assert response.context["cl"].result_count == 1
    assert response.request["QUERY_STRING"].count("search=") == 1


def test_sorting_puts_what_is_not_known_last_both_ways(browser):
    columns = list(listed(browser).list_display)
    column = next(i for i, each in enumerate(columns) if getattr(each, "__name__", "") == "total_investment")
    for order, best in ((str(column), min), (f"-{column}", max)):
        values = [each.total_investment for each in listed(browser, o=order).result_list]
        known = [value for value in values if value is not None]
        assert values[: len(known)] == known == sorted(known, reverse=best is max)
        assert values[len(known) :] == [None] * 7


@pytest.mark.parametrize("order", ["99", "-99", "x", "1.2.3.4.5.6.7.8.9.10", "--1", ""])
def test_a_senseless_order_is_harmless(order, browser):
    assert listed(browser, o=order).result_count == 42


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sector", "no-such-sector"),
        ("prefecture", "999999"),
        ("programme", "1999"),
        ("basis", "invented"),
        ("missing", "everything"),
        ("total_investment_min", "many"),
        ("total_investment_min", str(10**30)),
        ("through", "1999-06"),
        ("start_min", "2023-13"),
        ("ordering", "password"),
        ("search", "x" * 500),
        ("search", "\x00"),
    ],
)
def test_a_wrong_filter_is_named_and_nothing_is_listed_by_it(name, value, browser):
    response = browser.get(url(Project), {name: value, "lang": "en"}, follow=True)
    assert response.redirect_chain
    assert messages_of(response)
    assert response.context["cl"].result_count == 42


@pytest.mark.parametrize("page", ["0", "-1", "999", "x"])
def test_a_page_that_does_not_exist_is_harmless(page, browser):
    assert browser.get(url(Project), {"p": page}, follow=True).status_code == 200


def test_a_filter_without_a_select_of_its_own_can_be_seen_and_taken_away(browser):
    response = browser.get(url(Project), {"counted_in": "transferred_count", "lang": "en"})
    chip = response.context["chips"][0]
    assert chip["value"] == "projects transferred from other provinces"
    assert browser.get(chip["without"]).context["cl"].result_count == 42
    assert 'type="hidden" name="counted_in" value="transferred_count"' in response.content.decode()


def test_several_values_of_a_filter_are_all_shown(browser):
    query = {"basis": ["published", "illustrative"]}
    response = browser.get(url(Project), query)
    assert response.context["cl"].result_count == 42
    assert len(response.context["chips"]) == 2


def test_a_prefectures_list_has_totals_of_its_own_projects_only(changsha_writer, client_of):
    changelist = listed(client_of(changsha_writer))
    own = Project.objects.filter(prefecture__adcode=CHANGSHA).count()
    assert totals_of(changelist)["project_count"] == (str(own), f"{own} / {own}")


def test_an_empty_list_says_why(browser):
    page = browser.get(url(Project), {"search": "nothing like this", "lang": "en"}).content.decode()
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
    assert questions_of() <= before <= 16  # no month counts any more, so no reports are summed
