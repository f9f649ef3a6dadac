"""Basis and names of published projects are the province's word: at no door does a prefecture make the made-up real."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from projects.choices import Channel, ClaimFigure, Role
from projects.history.revisions import create_revision
from projects.models import Milestone, MonthlyReport, Project, Source
from projects.workflows import proposals, reporting
from projects.workflows.proposals import ProposedValue
from tests.people import person
from tests.projects.admin.forms import change_url, filled
from tests.projects.api.conftest import messages_by_place
from tests.projects.test_hidden_keys import system_of
from tests.projects.workflows.proposals_made import LETTER, project, proposed

MADE_UP, PUBLISHED = "HN-EI-2023-37", "HN-EI-2023-11"  # both of Changsha
BASIS = ProposedValue("project.basis", None, "reported")
PLACE = ProposedValue("entry.basis", 2023, "reported")
FIGURES = ("total_investment", "expected_revenue", "start", "finish")
BY = {f"{name}_reported_by": LETTER for name in FIGURES}
WORDS = {"proposal_reason": "已由我局接管", "proposal_reported_by": LETTER}
ENGLISH = {"lang": "en"}


@pytest.fixture
def writer(changsha_writer):
    return system_of(changsha_writer)


def stored(code):
    return Project.objects.filter(code=code).values().get()


# refused, with the way to propose it


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (MADE_UP, {"basis": "reported"}),
        (MADE_UP, {"basis": "reported"} | BY),
        (PUBLISHED, {"basis": "reported"}),
        (PUBLISHED, {"name_zh": "长沙某显示模组项目"}),
        (PUBLISHED, {"basis": "reported", "name_en": "A display project"}),
        (PUBLISHED, {"total_investment_reported_by": LETTER}),
        (MADE_UP, {"name_zh": "长沙储能电芯二期项目"}),
        (MADE_UP, {"note_zh": "已核实"}),
    ],
)
def test_the_api_refuses_it_to_a_prefecture_and_says_how_to_propose_it(code, changes, writer):
    before = stored(code)
    answer = writer.patch(f"/projects/{code}/", changes)
    assert answer.status_code == 400
    asked = [name for name in changes if name in ("basis", "name_zh", "name_en") or len(changes) == 1]
    for name in asked:
        assert "/api/v1/proposals/" in messages_by_place(answer.data)[name][0]
    assert stored(code) == before


def test_what_is_reported_is_renamed_by_its_prefecture_and_anything_real_noted(writer, changsha_writer, province):
    assert writer.patch(f"/projects/{PUBLISHED}/", {"note_zh": "已核实"}).status_code == 200
    proposals.accept(proposed(changsha_writer, BASIS, PLACE, code=MADE_UP), user=province)
    renamed = {"name_zh": "长沙储能电芯二期项目", "note_zh": "已核实"}
    assert writer.patch(f"/projects/{MADE_UP}/", renamed).status_code == 200


def test_what_was_published_becomes_illustrative_by_two_people_of_the_province(province, client_of):
    first, second = system_of(province), system_of(person("second", Role.PROVINCE))
    entry = project(PUBLISHED).entries.get()
    for path in (f"/projects/{PUBLISHED}/", f"/entries/{entry.pk}/"):
        refused = first.patch(path, {"basis": "illustrative", "reason": "误录"})
        assert (refused.status_code, list(messages_by_place(refused.data))) == (400, ["basis"])
        assert "a second person of the province" in messages_by_place(refused.data)["basis"][0]
    page = client_of(province).get(change_url(entry), ENGLISH)
    answer = client_of(province).post(change_url(entry), filled(page, basis="illustrative"))
    assert (answer.status_code, project(PUBLISHED).entries.get().basis) == (200, entry.basis)
    body = {
        "project": PUBLISHED,
        "reason": "误录",
        "changes": [{"field": "project.basis", "value": "illustrative"}],
    }
    made = first.post("/proposals/", body)
    assert made.status_code == 201
    path = f"/proposals/{made.data['id']}/"
    assert first.post(f"{path}accept/", {}).status_code in (400, 403)
    assert second.post(f"{path}withdraw/", {}).status_code == 403
    assert second.post(f"{path}accept/", {}).status_code == 200
    assert project(PUBLISHED).basis == "illustrative"


def test_of_the_province_each_takes_back_what_they_proposed_themselves(province, changsha_writer):
    body = {"project": PUBLISHED, "reason": "误录", "changes": [{"field": "project.basis", "value": "illustrative"}]}
    system = system_of(province)
    own, other = system.post("/proposals/", body).data["id"], proposed(changsha_writer).pk
    assert system.get("/proposals/?waiting=true").data["results"][0]["id"] == other
    assert system.post(f"/proposals/{other}/withdraw/", {}).status_code == 403
    assert system.post(f"/proposals/{own}/withdraw/", {}).status_code == 200


def test_the_basis_of_a_place_on_a_list_is_gated_too(writer):
    entry = project(MADE_UP).entries.get()
    answer = writer.patch(f"/entries/{entry.pk}/", {"basis": "reported"})
    assert answer.status_code == 400
    assert "/api/v1/proposals/" in messages_by_place(answer.data)["basis"][0]


@pytest.mark.parametrize("model", [MonthlyReport, Milestone])
def test_nor_is_what_is_said_of_a_made_up_project_made_real_past_the_province(model, changsha_writer):
    path = "entry__project__basis" if model is MonthlyReport else "project__basis"
    found = model.objects.visible_to(changsha_writer).filter(**{path: "illustrative"}).first()
    found.basis = "reported"
    with pytest.raises(ValidationError) as refused, create_revision(door=Channel.ADMIN, user=changsha_writer):
        found.save()
    assert list(refused.value.message_dict) == ["basis"]


def test_the_administration_has_no_fields_for_it(changsha_writer, client_of):
    browser, record, before = client_of(changsha_writer), project(PUBLISHED), stored(PUBLISHED)
    page = browser.get(change_url(record), ENGLISH)
    answer = browser.post(change_url(record), filled(page, name_zh="新名", basis="reported"), follow=True)
    assert answer.status_code == 200, answer.content.decode()
    assert stored(PUBLISHED) == before


# proposed, reviewed, accepted


def test_what_was_handed_in_of_a_made_up_project_stays_where_it_has_a_person(changsha_writer, province):
    report = project(MADE_UP).entries.get().reports.get(month=1)
    with create_revision():
        report.leave_to_bureau()
        report.basis, report.disbursed, report.correction_reason = "illustrative", 7, "补报"
        report.save()
    reporting.submit([report], user=changsha_writer)
    proposals.accept(proposed(changsha_writer, BASIS, PLACE, code=MADE_UP), user=province)
    report.refresh_from_db()
    assert (report.basis, report.state, report.disbursed) == ("reported", "submitted", 7)


def test_a_made_up_project_becomes_reported_with_who_reported_each_figure(changsha_writer, province):
    made = proposed(changsha_writer, BASIS, PLACE, code=MADE_UP)
    proposals.accept(made, user=province)
    found = project(MADE_UP)
    entry = found.entries.get()
    assert (found.basis, entry.basis) == ("reported", "reported")
    known = [name for name in FIGURES if found.figure(name) is not None]
    assert {name: getattr(found, f"{name}_reported_by") for name in known} == dict.fromkeys(known, LETTER)
    assert entry.planned_disbursement_reported_by == LETTER
    assert set(entry.reports.values_list("basis", "state", "disbursed")) == {("reported", "draft", None)}


def test_without_who_reported_it_is_not_even_proposed(changsha_writer):
    with pytest.raises(ValidationError) as refused:
        proposed(changsha_writer, BASIS, PLACE, code=MADE_UP, reported_by="")
    assert {"project.total_investment", "project.expected_revenue", "entry.planned_disbursement:2023"} <= set(
        refused.value.message_dict
    )


def test_the_project_does_not_become_reported_while_its_place_on_the_list_is_made_up(changsha_writer):
    with pytest.raises(ValidationError) as refused:
        proposed(changsha_writer, BASIS, code=MADE_UP)
    assert "2023" in refused.value.message_dict["project.basis"][0]


def test_a_published_project_is_renamed_by_an_accepted_proposal(changsha_writer, province, client_of):
    made = proposed(changsha_writer, ProposedValue("project.name_zh", None, "新名"), code=PUBLISHED, reported_by="")
    page = client_of(province).get(f"/proposals/{made.pk}/?lang=en").content.decode()
    assert "新名" in page
    proposals.accept(made, user=province)
    assert project(PUBLISHED).name_zh == "新名"


@pytest.mark.no_database
@pytest.mark.parametrize("name", ["", "甲" * 201, 5])
def test_a_name_that_the_register_cannot_hold_is_not_proposed(name, changsha_writer):
    with pytest.raises(ValidationError):
        proposed(changsha_writer, ProposedValue("project.name_zh", None, name), code=PUBLISHED)


def test_a_published_project_taken_over_keeps_what_is_published(changsha_writer, province):
    before = project(PUBLISHED).claims.filter(adopted=True).count()
    proposals.accept(proposed(changsha_writer, BASIS, code=PUBLISHED, reported_by=LETTER), user=province)
    found = project(PUBLISHED)
    assert found.basis == "reported"
    assert found.claims.filter(adopted=True).count() == before
    published = set(found.claims.filter(adopted=True).values_list("figure", flat=True))
    for name in FIGURES:
        known = found.figure(name) is not None and name not in published
        assert getattr(found, f"{name}_reported_by") == (LETTER if known else ""), name


def test_what_is_published_takes_its_source_from_the_proposal(changsha_writer, province):
    source = Source.objects.first()
    asked = ProposedValue("project.basis", None, "published")
    proposals.accept(proposed(changsha_writer, asked, code=MADE_UP, source=source, reported_by=""), user=province)
    assert (project(MADE_UP).basis, project(MADE_UP).source) == ("published", source)


# the province too says who reported


def test_the_province_says_who_reported_each_figure(province):
    system, entry = system_of(province), project(MADE_UP).entries.get()
    refused = system.patch(f"/entries/{entry.pk}/", {"basis": "reported"})
    assert list(messages_by_place(refused.data)) == ["planned_disbursement"]
    told = {"basis": "reported", "planned_disbursement_reported_by": LETTER}
    assert system.patch(f"/entries/{entry.pk}/", told).status_code == 200
    refused = system.patch(f"/projects/{MADE_UP}/", {"basis": "reported"})
    assert refused.status_code == 400
    known = {name for name in FIGURES if project(MADE_UP).figure(name) is not None}
    assert set(messages_by_place(refused.data)) == known
    for name in known:
        one_short = {f"{each}_reported_by": LETTER for each in known - {name}}
        answer = system.patch(f"/projects/{MADE_UP}/", {"basis": "reported"} | one_short)
        assert list(messages_by_place(answer.data)) == [name]
    by = {key: words for key, words in BY.items() if key.removesuffix("_reported_by") in known}
    assert system.patch(f"/projects/{MADE_UP}/", {"basis": "reported"} | by).status_code == 200


@pytest.mark.parametrize("door", [Channel.COMMAND, Channel.PAGE])
def test_no_door_makes_it_reported_without(door, province):
    found = project(MADE_UP)
    found.basis = "reported"
    with pytest.raises(ValidationError) as refused, create_revision(door=door, user=province):
        found.save()
    assert {"total_investment", "basis"} <= set(refused.value.message_dict)


def test_a_published_source_of_a_figure_is_enough(province):
    found = project(MADE_UP)
    with create_revision(door=Channel.API, user=province):
        entry = found.entries.get()
        entry.basis, entry.planned_disbursement_reported_by = "reported", LETTER
        entry.save()
        for name in FIGURES:
            if found.figure(name) is not None:
                found.name_source(name, Source.objects.first())
        found.basis = "reported"
        found.save()
    assert found.claims.filter(figure=ClaimFigure.TOTAL_INVESTMENT, adopted=True).exists()
    assert project(MADE_UP).basis == "reported"
