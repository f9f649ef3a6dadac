"""Who sees and may do what: every role with every model and action, with records of one's own prefecture and others'."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser

from portfolio.models import ApiToken
from projects.access import READABLE, get_access, visible
from projects.choices import Role
from projects.models import (
    Claim,
    Enterprise,
    Entry,
    Grant,
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
    ProposalEvent,
    Rating,
    ReportEvent,
    Revision,
    Round,
    Source,
    Target,
)
from projects.models.report import ReportState
from sectors.models import ChainLink, Direction, Sector
from tests.people import CHANGSHA, ZHUZHOU, person

User = get_user_model()
MODELS = {
    model._meta.model_name: model
    for model in (
        *(Direction, Sector, ChainLink, Prefecture, Programme, Target, Enterprise, Source, Project, Entry, Claim),
        *(MonthlyReport, Round, LightRule, Plan, Rating, Milestone, Problem, ReportEvent),
        *(PlausibilityRule, Overruling),
        *(Proposal, ProposalEvent),
        *(Note, Revision, Grant, User, ApiToken),
    )
}
ACTIONS = ("view", "add", "change", "delete", "submit", "approve", "adopt")
REFERENCE = {"direction", "sector", "chainlink", "prefecture"}
ACCOUNTS = {"user", "grant", "apitoken"}
PROGRAMME = {"programme", "target", "round", "lightrule", "plausibilityrule"}
JUDGED = {"plan", "rating"}  # about an entry, but the province's to write
NOTES = {"note"}  # its author alone changes one, whatever the role: see tests/projects/models/test_notes.py
KEPT = {"project", "entry", "claim", "monthlyreport", "milestone", "problem"}  # a prefecture keeps them
REGISTER = KEPT | {"enterprise", "source"}
EVENTS = {"reportevent", "proposal", "proposalevent", "overruling"}  # written by the workflows and the rules alone
ROWS = KEPT | JUDGED | EVENTS  # those that belong to a prefecture
ALL = REFERENCE | PROGRAMME | REGISTER | JUDGED | NOTES
REPORTS = {"monthlyreport"}
PROPOSALS = {"proposal"}
NO_STEPS: dict[str, set[str]] = {"submit": set(), "approve": set(), "adopt": set()}

# role -> action -> models: written out here once more, so that a slip in the rules shows
RIGHTS = {
    Role.PROVINCE: {
        "view": ALL | EVENTS | {"revision"},
        "add": ALL | PROPOSALS,
        "change": ALL,
        "delete": ALL,
        "submit": REPORTS | PROPOSALS,
        "approve": REPORTS | PROPOSALS,
        "adopt": {"claim"},
    },
    Role.PREFECTURE_WRITER: {
        "view": ALL | EVENTS,
        "add": REGISTER | NOTES | PROPOSALS,
        "change": KEPT | NOTES,
        "delete": {"claim", "milestone", "monthlyreport", "note"},
        "submit": REPORTS | PROPOSALS,
        "approve": set(),
        "adopt": set(),
    },
    Role.PREFECTURE_READER: NO_STEPS | {"view": ALL | EVENTS, "add": set(), "change": set(), "delete": set()},
    Role.ANALYST: NO_STEPS | {"view": ALL | EVENTS, "add": set(), "change": set(), "delete": set()},
    Role.ADMINISTRATOR: NO_STEPS
    | {
        "view": ALL | EVENTS | ACCOUNTS | {"revision"},
        "add": REFERENCE | ACCOUNTS,
        "change": REFERENCE | ACCOUNTS,
        "delete": REFERENCE | ACCOUNTS,
    },
    None: {action: set() for action in ACTIONS},
}
PREFECTURE = {Role.PREFECTURE_WRITER: CHANGSHA, Role.PREFECTURE_READER: CHANGSHA}


def permission(action, name):
    return f"{MODELS[name]._meta.app_label}.{action}_{name}"


@pytest.fixture(params=RIGHTS, ids=str)
def role(request):
    return request.param


@pytest.fixture
def somebody(register, role):
    return person("somebody", role, PREFECTURE.get(role))


def record_of(name, adcode):
    """A stored record of a prefecture, None for one of no prefecture."""
    project = Project.objects.filter(prefecture__adcode=adcode, entries__reports__isnull=False).first()
    project = project or Project.objects.filter(prefecture__adcode=adcode).first()
    entry = project.entries.get()
    return {
        "project": project,
        "entry": entry,
        "claim": Claim(project=project),
        "monthlyreport": MonthlyReport(entry=entry),
        "milestone": Milestone(project=project),
        "problem": Problem(project=project),
        "plan": Plan(entry=entry),
        "rating": Rating(entry=entry),
        "reportevent": ReportEvent(report=MonthlyReport(entry=entry)),
        "proposal": Proposal(project=project),
        "proposalevent": ProposalEvent(proposal=Proposal(project=project)),
        "overruling": Overruling(prefecture=project.prefecture),
    }[name]


def allowed(user, about):
    """For each model, what the user may do with the record of it, or with any where there is none."""
    return {
        name: {action for action in ACTIONS if user.has_perm(permission(action, name), record)}
        for name, record in about.items()
    }


def of_role(role, names):
    return {name: {action for action in ACTIONS if name in RIGHTS[role][action]} for name in names}


@pytest.mark.no_database
def test_each_role_may_do_what_is_its_own_and_nothing_else(somebody, role):
    assert allowed(somebody, dict.fromkeys(MODELS)) == of_role(role, MODELS)


@pytest.mark.no_database
@pytest.mark.parametrize("adcode", [CHANGSHA, ZHUZHOU])
def test_a_record_is_asked_about_with_its_prefecture(somebody, role, adcode):
    is_elsewhere = PREFECTURE.get(role, adcode) != adcode
    may = {name: set() for name in ROWS} if is_elsewhere else of_role(role, ROWS)
    assert allowed(somebody, {name: record_of(name, adcode) for name in ROWS}) == may


@pytest.mark.no_database
def test_a_record_of_no_prefecture_is_for_those_who_have_the_whole_province(somebody, role):
    homeless = Project.objects.get(code="HN-EI-2023-07")
    assert homeless.prefecture is None
    may = {"project": set()} if role in PREFECTURE else of_role(role, ["project"])
    assert allowed(somebody, {"project": homeless}) == may


@pytest.mark.no_database
def test_a_record_that_belongs_to_no_prefecture_follows_the_rule_of_its_action(somebody, role):
    names = ALL - ROWS - NOTES
    assert allowed(somebody, {name: MODELS[name]._default_manager.first() for name in names}) == of_role(role, names)


def test_permissions_of_other_apps_and_unknown_ones_are_refused(somebody):
    for name in ("auth.view_group", "projects.publish_project", "projects.view", "nonsense", "axes.view_accessattempt"):
        assert not somebody.has_perm(name)


def seen_by(user):
    assert MODELS.keys() >= READABLE, "add it to MODELS and to its rights in tests/projects/test_access.py"
    return {name: visible(MODELS[name]._default_manager.all(), user).count() for name in READABLE}


OF_CHANGSHA = {
    "claim": 11,
    "enterprise": 4,
    "entry": 13,
    "milestone": 12,
    "monthlyreport": 42,
    "problem": 4,
    "project": 13,
}
NOTHING = dict.fromkeys(READABLE, 0)


def everything():
    return {name: MODELS[name]._default_manager.count() for name in READABLE}


def test_each_role_sees_its_rows_of_every_model(somebody, role):
    expected = everything() | (OF_CHANGSHA if role in PREFECTURE else {})
    assert seen_by(somebody) == (expected if role else NOTHING)


def test_rows_of_a_prefecture_are_exactly_its_rows(register, changsha_reader):
    adcodes = {
        "project": Project.objects.visible_to(changsha_reader).values_list("prefecture__adcode"),
        "entry": Entry.objects.visible_to(changsha_reader).values_list("project__prefecture__adcode"),
        "claim": Claim.objects.visible_to(changsha_reader).values_list("project__prefecture__adcode"),
        "report": MonthlyReport.objects.visible_to(changsha_reader).values_list("entry__project__prefecture__adcode"),
    }
    assert {name: set(rows) for name, rows in adcodes.items()} == {name: {(CHANGSHA,)} for name in adcodes}


def test_anonymous_visitors_see_everything_public_or_nothing(register, settings):
    for public in (True, False):
        settings.PUBLIC_READ = public
        assert seen_by(AnonymousUser()) == (everything() if public else NOTHING)
        assert get_access(AnonymousUser()).public


def test_a_signed_in_stranger_sees_no_less_than_a_visitor_and_no_more(stranger, settings):
    for public in (True, False):
        settings.PUBLIC_READ = public
        again = User.objects.get(pk=stranger.pk)
        assert seen_by(again) == (everything() if public else NOTHING)
        assert not any(again.has_perm(permission(action, name)) for action in ACTIONS for name in MODELS)


def test_public_reading_does_not_widen_what_a_prefecture_sees(changsha_writer, settings):
    settings.PUBLIC_READ = True
    assert seen_by(changsha_writer) == everything() | OF_CHANGSHA


def test_nobody_sees_drafts_less_than_others_by_their_state_alone(changsha_reader):
    report = MonthlyReport.objects.filter(entry__project__prefecture__adcode=CHANGSHA).first()
    report.state = ReportState.DRAFT
    report.save()
    assert MonthlyReport.objects.visible_to(changsha_reader).filter(pk=report.pk).exists()


@pytest.mark.parametrize("public", [True, False])
def test_an_account_that_was_closed_sees_and_may_nothing(province, settings, public):
    settings.PUBLIC_READ = public
    province.is_active = False
    assert seen_by(province) == NOTHING
    assert not any(province.has_perm(permission(action, name)) for action in ACTIONS for name in MODELS)


def test_a_superuser_may_what_the_province_and_administrators_may_together(register):
    root = User.objects.create_superuser("root")
    assert seen_by(root) == everything()
    rights = {action: RIGHTS[Role.PROVINCE][action] | RIGHTS[Role.ADMINISTRATOR][action] for action in ACTIONS}
    assert {
        action: {name for name in MODELS if root.has_perm(permission(action, name))} for action in ACTIONS
    } == rights
    assert root.has_perm("projects.change_project", Project.objects.get(code="HN-EI-2023-07"))


def test_two_grants_add_up(changsha_reader):
    Grant(user=changsha_reader, role=Role.PREFECTURE_WRITER, prefecture=Prefecture.objects.get(adcode=ZHUZHOU)).save()
    user = User.objects.get(pk=changsha_reader.pk)
    assert Project.objects.visible_to(user).count() == 15
    assert user.has_perm("projects.change_project", record_of("project", ZHUZHOU))
    assert not user.has_perm("projects.change_project", record_of("project", CHANGSHA))


def test_an_enterprise_is_seen_with_a_project_of_ones_own_or_with_none(changsha_reader, zhuzhou_writer):
    Enterprise(name_zh="尚无项目的企业").save()
    of_zhuzhou = Enterprise.objects.visible_to(zhuzhou_writer)
    assert set(of_zhuzhou.values_list("name_zh", flat=True)) == {"株洲中车时代半导体有限公司", "尚无项目的企业"}
    assert not Enterprise.objects.visible_to(changsha_reader).filter(name_zh="株洲中车时代半导体有限公司").exists()
