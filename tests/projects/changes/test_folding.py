"""Drafts that somebody saves over and over are one event of the log; every step stays one of its own."""

from __future__ import annotations

import pytest

from projects.changes.kinds import kind_of
from projects.changes.search import ChangelogQuery, fold_drafts, get_changelog_page
from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.projects.models.reports_made import YI, drafted

pytestmark = pytest.mark.django_db


def saved(user, report=None, **values):
    with create_revision(door="page", user=user):
        if report is None:
            return drafted(**values)
        for name, value in values.items():
            setattr(report, name, value)
        report.save()
    return report


def groups_of(user, report):
    return get_changelog_page(ChangelogQuery(user=user, kinds=(kind_of(MonthlyReport),), key=report.pk)).groups


@pytest.fixture
def three_times(register, changsha_writer):
    report = saved(changsha_writer, disbursed=YI)
    saved(changsha_writer, report, disbursed=2 * YI)
    return saved(changsha_writer, report, disbursed=3 * YI, problems="Rain")


def test_drafts_saved_over_and_over_are_one_event_with_the_last_values(three_times, province):
    [group] = fold_drafts(groups_of(province, three_times))
    assert len(group.folded) == 2
    [item] = group.items
    assert (item.event, item.before, item.row.disbursed, item.row.problems) == ("+", None, 3 * YI, "Rain")


def test_changes_of_a_draft_are_told_from_before_the_first_to_after_the_last(three_times, province, changsha_writer):
    reporting.submit([three_times], user=changsha_writer)
    reporting.send_back([three_times], user=province, comment="Again")
    three_times.refresh_from_db()
    for amount in (4, 5):
        saved(changsha_writer, three_times, disbursed=amount * YI)
    groups = fold_drafts(groups_of(province, three_times))
    assert [len(group.folded) for group in groups] == [1, 0, 0, 2]
    [item] = groups[0].items
    assert (item.before.disbursed, item.row.disbursed) == (3 * YI, 5 * YI)


def test_what_somebody_else_or_another_door_wrote_or_what_has_a_reason_stays_by_itself(three_times, province):
    saved(province, three_times, disbursed=4 * YI)
    with create_revision(door="api", user=province):
        three_times.disbursed = 5 * YI
        three_times.save()
    with create_revision(door="page", user=province, reason="said"):
        three_times.disbursed = 6 * YI
        three_times.save()
    assert [len(group.folded) for group in fold_drafts(groups_of(province, three_times))] == [0, 0, 0, 2]
