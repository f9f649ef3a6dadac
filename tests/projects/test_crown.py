"""The crown test: pages, API and administration are asked the same random question and give the same numbers.

What they must agree with is `totals()`, which totals/test_totals_of_any_register.py holds against plain sums of the records.
"""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from projects.models import Entry, MonthlyReport, Project, Revision
from projects.totals.dimensions import DIMENSIONS
from projects.totals.figures import FIGURES, HEADLINE_FIGURES, USUAL, Records
from projects.totals.totals import totals

from .asking import scope_of
from .history.test_as_of import change_everything
from .totals.random_questions import questions

SHARED = (
    *("sector", "prefecture", "basis", "transferred", "kind", "missing", "counted_in"),
    *("total_investment_min", "search"),
)
months = st.sampled_from([[], [("through", "2023-03")], [("month", "2023-05")]])
asked = st.tuples(questions(known=SHARED), months).map(lambda parts: [("programme", "2023"), *parts[0], *parts[1]])
some_questions = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
EVERYTHING = [("programme", "2023")]
EVERY_FIGURE = ("fields", ",".join(FIGURES))


class Totals(HTMLParser):
    """The figures that an element of a page carries as `data-figure` and `data-value`; blank is not known."""

    def __init__(self, within: str) -> None:
        super().__init__()
        self.within, self.depth, self.found = within, 0, {}

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if self.depth or tag == self.within or self.within in (attributes.get("class") or "").split():
            self.depth += tag not in ("br", "img", "input", "col", "use", "path", "rect", "line", "circle")
            if "data-figure" in attributes:
                value = attributes.get("data-value", "")
                self.found.setdefault(attributes["data-figure"], int(value) if value else None)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if self.depth and tag not in ("br", "img", "input", "col", "use", "path", "rect", "line", "circle"):
            self.depth -= 1


def figures_in(response, within):
    assert response.status_code == 200
    page = Totals(within)
    page.feed(response.content.decode())
    return {name: page.found.get(name) for name in USUAL} if page.found else None


RECORDS = {
    Records.PROJECTS: (Project, ""),
    Records.ENTRIES: (Entry, "project__"),
    Records.REPORTS: (MonthlyReport, "entry__project__"),
}


def give_something_to_sum(headline):
    """Numbers from 1 on, where the fixtures know of none."""
    model, path = RECORDS[headline.records]
    applies = headline.applies_to
    records = model.objects.filter(Q(**{path + applies.column: applies.value}) if applies else Q())
    if not records.exclude(**{headline.column: None}).exists():
        for number, record in enumerate(records, start=1):
            setattr(record, headline.column, number)
            record.correction_reason = f"Counted again: {number}"
            record.save()


@pytest.fixture
def doors(register, client_of):
    """Each door's figures for a user and a question, as a dictionary of plain numbers; None for nothing shown."""
    for headline in HEADLINE_FIGURES:
        if headline.column:
            give_something_to_sum(headline)

    def answers(user, question):
        browser = client_of(user)
        api = browser.get("/api/v1/totals/", [*question, EVERY_FIGURE])
        usual = browser.get("/api/v1/totals/", question)
        listed = browser.get("/api/v1/projects/", [*question, ("page_size", "500")])
        assert (api.status_code, usual.status_code, listed.status_code) == (200, 200, 200)
        (whole,), (headlines,) = api.json()["rows"], usual.json()["rows"]
        return {
            "api": {name: figure["value"] for name, figure in whole["figures"].items()},
            "api headlines": {name: figure["value"] for name, figure in headlines["figures"].items()},
            "api list": listed.json()["results"],
            "page": figures_in(browser.get("/projects/", question), "tfoot"),
        }

    return answers


def expected(user, question):
    row = totals(scope_of(user, question), figures=tuple(FIGURES)).total_row
    return {name: row.figures[name].value for name in FIGURES}


def compare(user, question, found):
    numbers = expected(user, question)
    event(f"{numbers['project_count']} projects")
    assert found["api"] == numbers
    headlines = {name: numbers[name] for name in USUAL}
    assert found["api headlines"] == headlines
    # a list of no rows needs no totals under it
    assert found["page"] == headlines or (found["page"] is None and numbers["project_count"] == 0)
    amounts = [project["total_investment"] for project in found["api list"]]
    assert len(amounts) == numbers["project_count"]
    known = [amount for amount in amounts if amount is not None]
    assert (sum(known) if known else None) == numbers["total_investment"]


@some_questions
@given(asked, st.sampled_from(sorted(DIMENSIONS)))
def test_the_rows_of_a_breakdown_are_the_same_in_the_api(register, province, client_of, question, by):
    answer = client_of(province).get("/api/v1/totals/", [*question, ("by", by), EVERY_FIGURE]).json()
    assert [
        (row["key"], {name: (each["value"], each["known"], each["of"]) for name, each in row["figures"].items()})
        for row in answer["rows"]
    ] == [
        (row.key, {name: (each.value, each.known, each.of) for name, each in row.figures.items()})
        for row in totals(scope_of(province, question), by, figures=tuple(FIGURES)).rows
    ]


@pytest.mark.parametrize("name", ["province", "analyst", "changsha_writer"])
@some_questions
@example(EVERYTHING)
@given(asked)
def test_everybody_gets_the_same_numbers_at_every_door(doors, request, name, question):
    if name == "changsha_writer":  # who may not even name another prefecture
        question = [pair for pair in question if pair[0] != "prefecture" or pair[1] in ("430100", "none")]
    user = request.getfixturevalue(name)
    compare(user, question, doors(user, question))


def test_a_figure_that_was_just_changed_is_the_same_at_every_door_at_once(doors, province, analyst):
    report = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-13", month=6)
    report.disbursed, report.correction_reason = report.disbursed + 1_000_000, "An invoice came late"
    report.save()
    found = doors(analyst, EVERYTHING)
    assert {found[door]["disbursed"] for door in ("api", "page")} == {15_891_000_000}


PAST_QUESTIONS = (
    EVERYTHING,
    [*EVERYTHING, ("sector", "energy-electronics")],
    [*EVERYTHING, ("through", "2023-03"), ("basis", "illustrative")],
    [*EVERYTHING, ("missing", "total_investment")],
)


def test_what_was_known_on_a_past_day_is_the_same_at_every_door(doors, province, changsha_writer):
    newest = ("as_of", f"r{Revision.objects.newest_number()}")
    known = {user: [doors(user, question) for question in PAST_QUESTIONS] for user in (province, changsha_writer)}
    for change in change_everything():
        change()
    for user, before in known.items():
        now = [doors(user, question) for question in PAST_QUESTIONS]
        then = [doors(user, [*question, newest]) for question in PAST_QUESTIONS]
        assert [figures(each) for each in then] == [figures(each) for each in before]
        assert [figures(each) for each in then] != [figures(each) for each in now]


def figures(found):
    return {door: found[door] for door in ("api", "page")} | {
        "api list": [(each["code"], each["total_investment"], each["disbursed"]) for each in found["api list"]]
    }
