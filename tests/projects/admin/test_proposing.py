"""What a prefecture may only propose, in the administration: saved as a proposal, and shown beside its field."""

from __future__ import annotations

import pytest

from projects.models import Entry, Programme, Project, Proposal, Revision
from projects.workflows import proposals
from sectors.models import Sector
from tests.projects.admin.forms import change_url, errors_of, filled, messages_of, url
from tests.projects.admin.test_projects import new_project
from tests.projects.workflows.proposals_made import INVESTMENT, LETTER, OWN, PLAN, project, proposed

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}
WORDS = {"proposal_reason": "追加设备投资", "proposal_reported_by": LETTER}


@pytest.fixture
def browser(changsha_writer, client_of):
    return client_of(changsha_writer)


def save(browser, record, **changes):
    page = browser.get(change_url(record), ENGLISH)
    return browser.post(change_url(record), filled(page, **changes), follow=True)


def stored(record):
    return type(record).objects.filter(pk=record.pk).values().get()


def test_the_rest_is_saved_and_what_is_gated_becomes_one_proposal(browser, changsha_writer):
    record = project()
    before, plan = record.total_investment, record.entries.get().planned_disbursement
    answer = save(
        browser,
        record,
        name_en="Known better",
        total_investment="4.572",
        **{"entries-0-planned_disbursement": "0.31", "entries-0-status": "new"},
        **WORDS,
    )
    record.refresh_from_db()
    entry = record.entries.get()
    assert (record.name_en, record.total_investment) == ("Known better", before)
    assert (entry.status, entry.planned_disbursement) == ("new", plan)
    [made] = Proposal.objects.all()
    assert {change.key: (change.original, change.proposed) for change in made.changes} == {
        "project.total_investment": (before, 4_572_000_000),
        "entry.planned_disbursement:2023": (plan, 310_000_000),
    }
    assert (made.reason, made.reported_by, made.proposed_by) == ("追加设备投资", LETTER, changsha_writer)
    assert any(f"/proposals/{made.pk}/" in message for message in messages_of(answer))
    revisions = {
        made.history.first().revision_id,
        record.history.first().revision_id,
        entry.history.first().revision_id,
    }
    assert revisions == {Revision.objects.newest_number()}


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"expected_revenue": "3"}, ["project.expected_revenue"]),
        ({"transferred": "no", "source_province": ""}, ["project.transferred"]),
        ({"entries-0-left": "2023-12-31"}, ["entry.left:2023"]),
        ({"entries-0-joined": "2023-01-31"}, ["entry.joined:2023"]),
    ],
)
def test_each_gated_field_is_proposed(changes, keys, browser):
    record = project()
    before, place = stored(record), stored(record.entries.get())
    save(browser, record, **changes, **WORDS)
    assert [change.key for change in Proposal.objects.get().changes] == keys
    assert (stored(record), stored(record.entries.get())) == (before, place)


def test_sector_and_link_go_together(browser):
    record = project()
    sector = Sector.objects.exclude(pk=record.sector_id).first()
    save(browser, record, sector=sector.pk, chain_link="", **WORDS)
    assert {change.key: change.proposed for change in Proposal.objects.get().changes} == {
        "project.sector": sector.code,
        "project.chain_link": None,
    }


@pytest.mark.parametrize("changes", [{"total_investment": "4.572"}, {"entries-0-planned_disbursement": "0.31"}])
def test_a_reason_is_asked_for_and_nothing_is_saved_without(changes, browser):
    record, before = project(), Revision.objects.newest_number()
    answer = save(browser, record, name_en="Other", **changes)
    assert answer.status_code == 200
    assert "Say why the change is proposed." in answer.content.decode()
    if "total_investment" in changes:
        assert list(errors_of(answer)) == ["proposal_reason"]
    assert Revision.objects.newest_number() == before
    assert not Proposal.objects.exists()


def test_a_figure_without_an_origin_is_refused_and_nothing_is_saved(browser):
    record, before = project(), Revision.objects.newest_number()
    answer = save(browser, record, name_en="Other", total_investment="4.572", proposal_reason="追加设备投资")
    assert "A figure needs its published source, or who reported it." in answer.content.decode()
    assert Revision.objects.newest_number() == before


def test_what_is_not_gated_asks_for_nothing(browser):
    save(browser, project(), name_en="Known better")
    assert project().name_en == "Known better"
    assert not Proposal.objects.exists()


def test_the_province_is_asked_for_no_proposal_and_saves(province, client_of):
    browser = client_of(province)
    assert "proposal_reason" not in browser.get(change_url(project())).context["adminform"].form.fields
    save(browser, project(), total_investment="4.572", total_investment_reported_by=LETTER)
    assert project().total_investment == 4_572_000_000
    assert not Proposal.objects.exists()


def test_a_new_project_is_made_and_its_place_on_a_list_is_proposed(browser):
    programme = Programme.objects.get(year=2024)
    home = project().prefecture_id
    data = new_project(
        prefecture=home,
        total_investment="12.3",
        **{
            "entries-TOTAL_FORMS": 1,
            "entries-0-programme": programme.pk,
            "entries-0-joined": "2024-03-01",
            "entries-0-planned_disbursement": "1.5",
            "entries-0-status": "new",
            "entries-0-basis": "reported",
        },
        **WORDS,
    )
    assert browser.post(url(Project, "add"), data).status_code == 302
    made = Project.objects.get(code="HN-EI-2024-01")
    assert made.total_investment == 1_230_000_000
    assert not made.entries.exists()
    assert {change.key: change.proposed for change in Proposal.objects.get(project=made).changes} == {
        "entry.programme:2024": True,
        "entry.planned_disbursement:2024": 150_000_000,
        "entry.joined:2024": "2024-03-01",
        "entry.status:2024": "new",
    }


def test_a_new_place_in_the_list_of_places_is_proposed(browser, province):
    data = {
        "project": project().pk,
        "programme": Programme.objects.get(year=2024).pk,
        "joined": "2024-01-01",
        "planned_disbursement": "1.5",
        "status": "unknown",
        "basis": "reported",
        "plans-TOTAL_FORMS": 0,
        "plans-INITIAL_FORMS": 0,
    }
    refused = browser.post(url(Entry, "add"), data)
    assert list(errors_of(refused)) == ["proposal_reason"]
    answer = browser.post(url(Entry, "add"), data | WORDS)
    assert answer.status_code == 302
    [made] = Proposal.objects.all()
    assert not project().entries.filter(programme__year=2024).exists()
    proposals.accept(made, user=province)
    assert project().entries.get(programme__year=2024).planned_disbursement == 150_000_000


def test_a_place_is_not_moved_to_another_project_or_list(browser):
    entry = project().entries.get()
    answer = save(browser, entry, programme=Programme.objects.get(year=2024).pk, **WORDS)
    assert list(errors_of(answer)) == ["programme"]
    assert entry.programme_id == project().entries.get().programme_id


def test_a_place_is_changed_as_in_the_project(browser):
    entry = project().entries.get()
    save(browser, entry, planned_disbursement="0.31", status="new", **WORDS)
    entry.refresh_from_db()
    assert entry.status == "new"
    assert [change.key for change in Proposal.objects.get().changes] == ["entry.planned_disbursement:2023"]


def test_what_waits_stands_beside_its_field_for_everybody_who_edits(changsha_writer, province, client_of):
    made = proposed(changsha_writer, INVESTMENT, PLAN)
    for user in (changsha_writer, province):
        page = client_of(user).get(change_url(project()), ENGLISH)
        helps = page.context["adminform"].form.fields["total_investment"].help_text
        assert "proposed: 5 billion CNY" in helps
        assert f"/proposals/{made.pk}/" in helps
        [row] = page.context["inline_admin_formsets"][0].formset.initial_forms
        assert "proposed: 0.7 billion CNY" in row.fields["planned_disbursement"].help_text


@pytest.mark.permission
def test_proposals_are_looked_up_and_lead_to_their_page(changsha_writer, province, zhuzhou_writer, client_of):
    made = proposed(changsha_writer, INVESTMENT, PLAN)
    for page in (url(Proposal), change_url(made)):
        text = client_of(province).get(page, ENGLISH).content.decode()
        assert f'href="/proposals/{made.pk}/"' in text
        assert "5 billion CNY" in text
    assert client_of(zhuzhou_writer).get(change_url(made)).status_code == 404
    assert client_of(province).get(url(Proposal, "history", made.pk)).status_code == 200
    assert client_of(province).post(change_url(made), {}).status_code == 403
    assert OWN in client_of(province).get(url(Proposal), {"q": OWN}).content.decode()


def test_what_is_gated_is_a_setting(browser, settings):
    settings.PROPOSAL_FIELDS = frozenset({"entry.planned_disbursement"})
    save(browser, project(), total_investment="4.572", total_investment_reported_by=LETTER)
    assert project().total_investment == 4_572_000_000
    assert not Proposal.objects.exists()
