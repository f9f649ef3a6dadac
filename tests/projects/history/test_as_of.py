"""The past has the same shape as the present: what was answered after a revision is answered as of it for ever."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from projects.choices import ListStatus, ReportState, Transferred
from projects.history import as_of
from projects.history.as_of import AsOf, override_as_of
from projects.history.revisions import create_revision
from projects.models import Claim, Entry, Grant, Milestone, MonthlyReport, Plan, Project, Revision, Target
from projects.totals.figures import FIGURES
from projects.totals.plans import plans_by_entry
from projects.totals.totals import breakdowns
from sectors.models import Sector

from ..asking import get_standings, scope_of

pytestmark = pytest.mark.django_db

BY = (None, "sector", "chain_link", "prefecture", "basis", "transferred", "kind", "status", "month")


def answers(user, question=()):
    """Everything that totals say to a question, and the lines of its list, as plain values."""
    scope = scope_of(user, [("programme", "2023"), *question])
    found = breakdowns(scope, *BY, figures=tuple(FIGURES))
    told = {
        by: [
            (row.key, {name: (each.value, each.known, each.of) for name, each in row.figures.items()})
            for row in answer.rows
        ]
        for by, answer in found.items()
    }
    whole = found[None].total_row
    told["targets"] = {
        name: [(each.target.value, each.met, each.ratio) for each in figure.targets]
        for name, figure in whole.figures.items()
    }
    told["list"] = [
        (each.code, each.sector.code, each.total_investment, each.planned_disbursement, each.disbursed)
        for each in scope.projects().with_references()
    ]
    told["standings"] = [
        (each.project.code, each.light, each.gap, each.stage, each.missing_count) for each in get_standings(scope)
    ]
    entries = Entry.objects.filter(programme__year=2023).order_by("pk")
    told["plans"] = [{kind: plan.amount for kind, plan in plans.items()} for plans in plans_by_entry(entries).values()]
    return told


def change_everything():
    """One revision each: figures, classification, list membership, plans, targets, approvals, deletions."""
    project = Project.objects.get(code="HN-EI-2023-13")
    project.total_investment = 12_345_678_901
    yield project.save
    project.sector, project.chain_link = Sector.objects.get(code="energy-electronics"), None
    yield project.save
    project.transferred, project.source_province = Transferred.UNKNOWN, ""
    yield project.save
    entry = Entry.objects.get(project__code="HN-EI-2023-20")
    entry.planned_disbursement = None
    yield entry.save
    entry.status = ListStatus.UNKNOWN
    yield entry.save
    yield Plan(
        entry=Entry.objects.get(project__code="HN-EI-2023-21"),
        amount=123_000_000,
        kind="revised",
        decided_on=dt.date(2023, 5, 1),
        reason="a new line",
    ).save
    target = Target.objects.filter(programme__year=2023, measure="total_investment").first()
    target.value += 1
    yield target.save
    report = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-22", month=6)
    report.state = ReportState.DRAFT
    yield report.save
    yield MonthlyReport.objects.get(entry__project__code="HN-EI-2023-24", month=5).delete
    gone = Project.objects.get(code="HN-EI-2023-23")

    def without_a_trace():
        with create_revision():
            MonthlyReport.objects.filter(entry__project=gone).delete()
            Entry.objects.filter(project=gone).delete()
            Claim.objects.filter(project=gone).delete()
            gone.delete()

    yield without_a_trace


QUESTIONS = (
    (),
    (("sector", "energy-electronics"),),
    (("through", "2023-03"), ("basis", "illustrative")),
    (("missing", "planned_disbursement"),),
    (("counted_in", "disbursed"), ("ordering", "-total_investment")),
)


def test_what_was_answered_after_each_revision_is_answered_as_of_it(province):
    told = {Revision.objects.newest_number(): [answers(province, question) for question in QUESTIONS]}
    for change in change_everything():
        change()
        told[Revision.objects.newest_number()] = [answers(province, question) for question in QUESTIONS]
    assert len(told) == 11
    for number, expected in told.items():
        with override_as_of(AsOf.parse(f"r{number}")):
            assert [answers(province, question) for question in QUESTIONS] == expected
    present = list(told.values())
    assert all(one != other for one, other in pairwise(present))


def test_a_statement_with_tables_of_its_own_is_of_the_past_too(province):
    asked = 'WITH codes AS (SELECT code FROM "projects_project") SELECT COUNT(*) FROM codes'
    with connection.cursor() as cursor, override_as_of(AsOf.parse("2023-05-01")):
        cursor.execute(asked)
        assert cursor.fetchone() == (0,)


def test_what_the_register_speaks_of_is_called_as_then_and_reference_data_as_today(province):
    number = Revision.objects.newest_number()
    sector, project = Sector.objects.get(code="new-display"), Project.objects.get(code="HN-EI-2023-13")
    published, milestone = Project.objects.get(code="HN-EI-2023-11"), Milestone.objects.first()
    enterprise = Project.objects.exclude(enterprise=None).first().enterprise
    renamed = (project, published, milestone, enterprise)
    before = {record: (record.name_zh, record.name_en) for record in renamed}
    with create_revision():
        sector.name_zh = "新型显示与终端"
        sector.save()
        for record in renamed:
            record.name_zh, record.name_en = "新的名称", "Another name"
            record.save()
    with override_as_of(AsOf.parse(f"r{number}")):
        assert Sector.objects.get(code="new-display").name_zh == "新型显示与终端"
        for record, names in before.items():
            then = type(record).objects.get(pk=record.pk)
            assert (then.name_zh, then.name_en) == names
    with override_as_of(AsOf.parse(f"r{number + 1}")):
        assert {type(record).objects.get(pk=record.pk).name_zh for record in renamed} == {"新的名称"}


def test_what_was_removed_keeps_the_name_of_each_revision(province):
    sector = Sector.objects.first()
    with create_revision():
        made = Project(code="HN-EI-2024-77", name_zh="原名", sector=sector)
        made.save()
    first = Revision.objects.newest_number()
    with create_revision():
        made.name_zh = "改名"
        made.save()
    second = Revision.objects.newest_number()
    with create_revision():
        made.delete()
    for number, name in ((first, "原名"), (second, "改名")):
        with override_as_of(AsOf.parse(f"r{number}")):
            assert Project.objects.get(code="HN-EI-2024-77").name_zh == name


def test_permission_is_judged_by_the_grants_of_today(changsha_writer):
    number = Revision.objects.newest_number()
    with create_revision():
        for grant in Grant.objects.filter(user=changsha_writer):
            grant.delete()
    Grant(user=changsha_writer, role="analyst").save()
    changsha_writer = type(changsha_writer).objects.get(pk=changsha_writer.pk)
    with override_as_of(AsOf.parse(f"r{number}")):
        assert Project.objects.visible_to(changsha_writer).count() == 42
        assert not changsha_writer.has_perm("projects.change_project")


def test_nothing_is_written_into_the_past(province):
    project = Project.objects.get(code="HN-EI-2023-13")
    with override_as_of(AsOf.parse("r1")):
        project.total_investment = 1
        with pytest.raises(as_of.WriteIntoPastError):
            project.save()
        with pytest.raises(as_of.WriteIntoPastError):
            Project.objects.filter(pk=project.pk)._raw_delete("default")
        assert not province.has_perm("projects.change_project", project)
        assert province.has_perm("projects.view_project", project)


def test_a_day_means_its_end_where_the_site_is(province):
    asked = AsOf.parse("2023-05-01")
    assert asked.moment.isoformat() == "2023-05-01T23:59:59.999999+08:00"
    assert (asked.revision, asked.is_before_all, asked.day) == (0, True, dt.date(2023, 5, 1))
    with override_as_of(asked):
        assert as_of.today() == dt.date(2023, 5, 1)


def test_a_moment_is_exact_to_the_microsecond(province):
    first = Revision.objects.get(number=1).created_at
    assert AsOf.parse(first.isoformat()).revision == 1
    assert AsOf.parse((first - dt.timedelta(microseconds=1)).isoformat()).revision == 0
    naive = timezone.localtime(first).replace(tzinfo=None)
    assert AsOf.parse(naive.isoformat()).revision == 1


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2023-13-01",
        "2023-5-1",
        "r",
        "r0",
        "r999999",
        "9999-12-31",
        "2023-05-01T25:00",
        "0001-01-01",
        "0001-01-01T00:00+14:00",
        "1948-12-31",
        "9999-12-31T23:59-14:00",
    ],
)
def test_what_is_no_past_state_is_refused_in_words(province, text):
    with pytest.raises(ValidationError) as refused:
        AsOf.parse(text)
    assert refused.value.messages
