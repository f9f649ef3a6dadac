"""Where each record's share of a figure comes from, and who changed it last."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from projects.choices import Channel, OriginKind
from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Programme, Project, Revision, Source
from projects.provenance.origins import OF_ENTRY, origins
from projects.workflows.adoption import adopt, withdraw

CLAIMED, BLANK, MADE_UP = "HN-EI-2023-04", "HN-EI-2023-10", "HN-EI-2023-13"


def told(figure, user, **more):
    """Origins by code."""
    programme = Programme.objects.get(year=2023) if figure in OF_ENTRY else None
    projects = list(Project.objects.visible_to(user))
    found = origins(projects, figure, user=user, programme=programme, **more)
    return {project.code: found[project.pk] for project in projects if project.pk in found}


def test_each_kind_of_origin_is_told_with_its_value(analyst):
    found = told("total_investment", analyst)
    assert len(found) == 42
    claim = Claim.objects.get(project__code=CLAIMED, adopted=True)
    of_claim = found[CLAIMED]
    assert (of_claim.kind, of_claim.value, of_claim.claim) == (OriginKind.CLAIM, claim.amount, claim)
    assert (of_claim.url, of_claim.source) == (claim.source.url, claim.source)
    assert (found[BLANK].kind, found[BLANK].value, found[BLANK].source) == (None, None, None)
    assert (found[MADE_UP].kind, found[MADE_UP].basis) == (OriginKind.ILLUSTRATIVE, "illustrative")
    assert {each.kind for each in found.values() if each.value is not None} <= set(OriginKind)


def test_values_are_those_of_the_records(analyst):
    for figure in ("total_investment", "expected_revenue", "start", "finish"):
        for code, origin in told(figure, analyst).items():
            assert origin.value == Project.objects.get(code=code).figure(figure)
    plans = told("planned_disbursement", analyst)
    entries = Entry.objects.select_related("project")
    assert {code: each.value for code, each in plans.items()} == {
        entry.project.code: entry.planned_disbursement for entry in entries
    }
    assert {each.value for each in told("project_count", analyst).values()} == {True}
    assert told("transferred_count", analyst)[MADE_UP].value == "no"


def test_a_published_record_without_a_claim_stands_in_its_own_source(analyst):
    start = told("start", analyst)["HN-EI-2023-01"]
    assert (start.kind, start.source) == (OriginKind.SOURCE, Project.objects.get(code="HN-EI-2023-01").source)
    assert told("project_count", analyst)["HN-EI-2023-01"].kind == OriginKind.SOURCE


def test_what_a_bureau_reports_of_a_published_project_is_not_published(analyst):
    code = "HN-EI-2023-01"
    with create_revision(door=Channel.API, reason="x"):
        project = Project.objects.get(code=code)
        project.expected_revenue, project.expected_revenue_reported_by = 10**9, "长沙市工信局 来函"
        project.save()
    assert project.basis == "published"
    for user in (analyst, AnonymousUser()):
        found = told("expected_revenue", user)[code]
        assert (found.kind, found.basis, found.source) == (OriginKind.REPORTED, "reported", None)


def test_who_reported_and_who_changed_it_is_told_to_officials_only(province):
    project = Project.objects.get(code=CLAIMED)
    with create_revision(user=province, door=Channel.ADMIN, reason="x"):
        project.total_investment, project.total_investment_reported_by = 7, "长沙市工信局 王某"
        project.save()
    number = Revision.objects.newest_number()
    official, public = (told("total_investment", user)[CLAIMED] for user in (province, AnonymousUser()))
    assert (official.kind, official.reported_by, official.changed_by) == (
        OriginKind.REPORTED,
        "长沙市工信局 王某",
        "周敏",
    )
    assert (official.revision, official.changed_at) == (number, Revision.objects.get(number=number).created_at)
    assert (public.kind, public.value, public.revision) == (OriginKind.REPORTED, 7, number)
    assert (public.reported_by, public.changed_by) == ("", "")


@pytest.fixture(autouse=True)
def readable(public_read):
    """The public may read here."""


def test_only_a_change_of_this_figure_counts_as_its_change(province):
    with create_revision(user=province):
        project = Project.objects.get(code=CLAIMED)
        project.name_en = "Other"
        project.save()
        entry = project.entries.get()
        entry.status = "new"
        entry.save()
    assert told("total_investment", province)[CLAIMED].revision == 1
    assert told("planned_disbursement", province)[CLAIMED].revision == 1
    with create_revision(user=province):
        project.transferred = "yes"
        project.save()
        entry.joined = "2023-05-01"
        entry.save()
    newest = Revision.objects.newest_number()
    assert told("transferred_count", province)[CLAIMED].revision == newest
    assert told("project_count", province)[CLAIMED].revision == newest
    assert told("total_investment", province)[CLAIMED].revision == 1
    assert told("transferred_count", province, until=newest - 1)[CLAIMED].revision == 1


def test_an_adoption_is_the_figures_change_and_its_withdrawal_too(province):
    claim = Claim.objects.filter(project__code=BLANK).get()
    adopt(claim, user=province, reason="x")
    now, newest = told("total_investment", province)[BLANK], Revision.objects.newest_number()
    assert (now.kind, now.claim, now.revision, now.changed_by) == (OriginKind.CLAIM, claim, newest, "周敏")
    withdraw(claim, user=province, reason="y", reported_by="局")
    now = told("total_investment", province)[BLANK]
    assert (now.kind, now.claim, now.revision, now.reported_by) == (OriginKind.REPORTED, None, newest + 1, "局")


def test_the_plan_rests_on_the_source_of_its_entry(province):
    entry, source = Entry.objects.get(project__code=MADE_UP), Source.objects.first()
    entry.planned_disbursement = 7
    entry.name_source("planned_disbursement", source)
    entry.save()
    found = told("planned_disbursement", province)[MADE_UP]
    assert (found.value, found.source, found.basis) == (7, source, "illustrative")


def test_a_project_that_is_not_on_the_list_has_no_place_to_tell_of(province):
    outside = Programme.objects.get(year=2024)
    assert origins(Project.objects.all(), "project_count", user=province, programme=outside) == {}
    with pytest.raises(ValueError, match="programme's list"):
        origins(Project.objects.all(), "project_count", user=province)
