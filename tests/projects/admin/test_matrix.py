"""Each role at each door of the administration: what opens, what is refused, what is not there."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from portfolio.administration.site import GROUPS
from portfolio.models import User
from projects.changes.kinds import all_kinds
from projects.models import (
    Claim,
    Enterprise,
    Entry,
    Grant,
    Job,
    LightRule,
    Milestone,
    MonthlyReport,
    Note,
    Overruling,
    Plan,
    PlausibilityRule,
    Prefecture,
    Problem,
    Programme,
    Project,
    Proposal,
    Rating,
    Round,
    Source,
    Target,
)
from sectors.models import ChainLink, Direction, Sector
from tests.projects.admin.forms import url

pytestmark = pytest.mark.no_database

REGISTER = [Project, Entry, Claim, MonthlyReport, Milestone, Problem, Enterprise, Source, Note]
PROGRAMMES = [Programme, Target, Round, Plan, Rating, LightRule, PlausibilityRule]
REFERENCE = [Direction, Sector, ChainLink, Prefecture]
ACCOUNTS = [User, Grant]

VIEWERS = {
    "province": [*REGISTER, *PROGRAMMES, Overruling, *REFERENCE],
    "changsha_writer": [*REGISTER, *PROGRAMMES, Overruling, *REFERENCE],
    "changsha_reader": [*REGISTER, *PROGRAMMES, Overruling, *REFERENCE],
    "analyst": [*REGISTER, *PROGRAMMES, Overruling, *REFERENCE],
    "administrator": [*REGISTER, *PROGRAMMES, Overruling, *REFERENCE, *ACCOUNTS, Job],
}
ADDERS = {
    "province": [*REGISTER, *PROGRAMMES, *REFERENCE],
    "changsha_writer": [model for model in REGISTER if model is not Entry],  # a place on a list is proposed
    "changsha_reader": [],
    "analyst": [],
    "administrator": [*REFERENCE, User, Grant],
}
DELETERS = {
    "province": [*REGISTER, *PROGRAMMES, *REFERENCE],
    "changsha_writer": [Claim, Milestone, MonthlyReport, Note],
    "changsha_reader": [],
    "analyst": [],
    "administrator": [*REFERENCE, Grant],
}
MODELS = [*REGISTER, *PROGRAMMES, Overruling, *REFERENCE, *ACCOUNTS, Job]


@pytest.fixture
def someone(request, register):
    return request.getfixturevalue(request.param)


def by_role(answers):
    return pytest.mark.parametrize(("someone", "opens"), answers.items(), indirect=["someone"], ids=answers.keys())


def test_exactly_these_models_are_registered():
    registered = set(admin.site._registry)
    assert registered - set(MODELS) == set(), "say in tests/projects/admin/test_matrix.py who may do what with it"
    assert set(MODELS) - registered == set(), "name its module in projects/admin/__init__.py"
    followed = {kind.model for kind in all_kinds()}
    assert followed - registered == {Proposal}, (
        "give it a module in projects/admin/, and name that in projects/admin/__init__.py"
    )


def test_every_model_has_its_place_in_the_index():
    placed = {label for _title, labels in GROUPS for label in labels}
    assert {model._meta.label_lower for model in admin.site._registry} == placed, (
        "say it in portfolio/administration/site.py"
    )


@by_role(VIEWERS)
def test_lists_open_for_those_who_may_look(someone, opens, client_of):
    browser = client_of(someone)
    assert {model for model in MODELS if browser.get(url(model)).status_code == 200} == set(opens)
    assert {browser.get(url(model)).status_code for model in MODELS if model not in opens} <= {403}


@by_role(VIEWERS)
def test_the_index_names_what_one_may_look_at_and_nothing_else(someone, opens, client_of):
    page = client_of(someone).get(reverse("admin:index")).content.decode()
    assert {model for model in MODELS if f'href="{url(model)}"' in page} == set(opens)


@by_role(ADDERS)
def test_forms_for_new_records_open_for_those_who_may_add(someone, opens, client_of):
    browser = client_of(someone)
    assert {model for model in MODELS if browser.get(url(model, "add")).status_code == 200} == set(opens)
    assert {browser.post(url(model, "add"), {}).status_code for model in MODELS if model not in opens} == {403}


@by_role(DELETERS)
def test_the_action_to_delete_is_offered_to_those_who_may_delete(someone, opens, client_of):
    browser = client_of(someone)
    offered = set()
    for model in MODELS:
        response = browser.get(url(model))
        form = response.context["action_form"] if response.status_code == 200 else None
        names = {name for name, _label in form.fields["action"].choices} if form else set()
        if "delete_selected" in names:
            offered.add(model)
    assert offered == set(opens)


@pytest.mark.parametrize("someone", ["changsha_reader", "analyst"], indirect=True)
def test_who_only_looks_gets_forms_without_a_field(someone, client_of):
    browser = client_of(someone)
    project = Project.objects.visible_to(someone).first()
    for record in (project, project.entries.first(), project.claims.first(), Source.objects.first()):
        response = browser.get(url(type(record), "change", record.pk))
        assert response.status_code == 200
        content = response.content.decode().partition('id="content"')[2]
        assert not re.findall(r'<(?:input type="(?!hidden)|select|textarea)', content)
        assert browser.post(url(type(record), "change", record.pk), {}).status_code == 403


@pytest.mark.parametrize("public", [True, False])
def test_the_administration_is_closed_to_visitors_whatever_is_public(public, register, client_of, settings):
    settings.PUBLIC_READ = public
    browser = client_of(None)
    for model in MODELS:
        response = browser.get(url(model))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("is_staff", [True, False])
def test_whoever_has_no_grant_does_not_get_in_even_as_staff(is_staff, stranger, client_of, public_read):
    stranger.is_staff = is_staff
    stranger.save()
    browser = client_of(stranger)
    for page in (reverse("admin:index"), *(url(model) for model in MODELS)):
        assert browser.get(page).status_code == 302


def test_a_grant_without_staff_status_does_not_open_the_administration(province, client_of):
    province.is_staff = False
    province.save()
    assert client_of(province).get(url(Project)).status_code == 302
