"""`/projects/<code>/`: what is proposed stands beside the facts that it is about."""

from __future__ import annotations

from django.utils.translation import override

from projects.access import get_access
from projects.pages.facts import ProjectFacts, get_waiting_values, with_waiting_values
from projects.workflows.proposals import ProposedValue
from tests.projects.workflows.proposals_made import INVESTMENT, OWN, PLAN, project, proposed

ENGLISH = {"lang": "en"}
FIGURE = "project.total_investment"


def test_the_page_of_the_project_says_what_waits(changsha_writer, province, client_of, public_read):
    made = proposed(
        changsha_writer,
        INVESTMENT,
        PLAN,
        ProposedValue(
            "project.sector", None, "new-display" if project().sector.code != "new-display" else "smart-terminals"
        ),
        ProposedValue("project.chain_link", None, None),
        ProposedValue("entry.left", 2023, "2023-12-31"),
    )
    page = client_of(changsha_writer).get(f"/projects/{OWN}/", ENGLISH)
    waits = {fact.label: len(fact.waiting) for fact in page.context["facts"] if fact.waiting}
    assert waits == {"Sector · chain link": 2, "Total investment": 1, "Plan of 2023": 1}
    assert "proposed: chain link —" in page.content.decode()
    assert [value.change.key for value in page.context["waiting"]] == ["entry.left:2023"]
    text = page.content.decode()
    assert f"/projects/{OWN}/propose/" in text
    assert f"/proposals/{made.pk}/" in text
    for user in (None, province):
        text = client_of(user).get(f"/projects/{OWN}/", ENGLISH).content.decode()
        for address in (f"/projects/{OWN}/propose/", f"/proposals/{made.pk}/"):
            assert (address in text) == (user is province)


def test_what_waits_stands_beside_its_fact_whatever_the_two_are_called(changsha_writer):
    proposed(changsha_writer, INVESTMENT, PLAN)
    entry = project().entries.get(programme__year=2023)
    with override("zh-hans"):
        found = ProjectFacts(project(), entry, [], get_access(changsha_writer)).get_facts()
    with override("en"):
        marked, left = with_waiting_values(found, get_waiting_values(project(), changsha_writer))
    waits = {key: len(fact.waiting) for fact in marked if fact.waiting for key in fact.fields}
    assert (waits, left) == ({FIGURE: 1, "entry.planned_disbursement:2023": 1}, [])
