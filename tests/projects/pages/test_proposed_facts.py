"""`/projects/<code>/`: what is proposed stands beside the facts that it is about."""

from __future__ import annotations

from django.utils.translation import override

from projects.access import get_access
from projects.models.proposal import PROPOSABLE, ProposedChange
from projects.pages.facts import facts
from projects.pages.proposals.proposed_facts import _label, waiting_on, with_waiting
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
    waits = {fact.label: len(fact.waits) for fact in page.context["facts"] if fact.waits}
    assert waits == {"Sector · chain link": 2, "Total investment": 1, "Plan of 2023": 1}
    assert "proposed: chain link —" in page.content.decode()
    assert [each.label for each in page.context["waiting"]] == ["List of 2023: Left"]
    text = page.content.decode()
    assert f"/projects/{OWN}/propose/" in text
    assert f"/proposals/{made.pk}/" in text
    for user in (None, province):
        text = client_of(user).get(f"/projects/{OWN}/", ENGLISH).content.decode()
        assert f"/projects/{OWN}/propose/" not in text
        assert (f"/proposals/{made.pk}/" in text) == (user is province)


def test_what_waits_stands_beside_its_fact_whatever_the_two_are_called(changsha_writer):
    proposed(changsha_writer, INVESTMENT, PLAN)
    entry = project().entries.get(programme__year=2023)
    with override("zh-hans"):
        found = facts(project(), entry, [], access=get_access(changsha_writer))
    with override("en"):
        marked, left = with_waiting(found, waiting_on(project(), changsha_writer))
    waits = {key: len(fact.waits) for fact in marked if fact.waits for key in fact.fields}
    assert (waits, left) == ({FIGURE: 1, "entry.planned_disbursement:2023": 1}, [])


def test_every_field_has_a_name_on_the_page_of_the_project():
    for field in PROPOSABLE:
        assert _label(ProposedChange(field, 2023 if field.startswith("entry.") else None, None, None))
