"""E-mails to who submitted reports that the province gave back: once, together, and not if the decision is overtaken."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from projects.choices import ReminderKind
from projects.models import Grant, ReminderSent
from projects.reminders import mails_due
from projects.workflows import reporting
from tests.projects.models.reports_made import CHANGSHA_CODE, entry_of, submitted, today_is

OTHER = "HN-EI-2023-25"


@pytest.fixture
def later(monkeypatch):
    """When a decision cannot be taken back any more."""

    def pass_by(minutes: int = 11) -> None:
        now = timezone.now() + dt.timedelta(minutes=minutes)
        monkeypatch.setattr("projects.reminders.mails.timezone.now", lambda: now)

    return pass_by


@pytest.fixture
def returned(reached, changsha_writer, province):
    today_is("2023-08-07")
    made = [submitted(changsha_writer, code) for code in (CHANGSHA_CODE, OTHER)]
    return reporting.send_back(made, user=province, comment="与统计口径不符。")


def told() -> list:
    return [each for each in mails_due() if each.kind == ReminderKind.RETURN]


def test_who_submitted_is_told_once_of_all_that_came_back_together(returned, later, changsha_writer, settings):
    settings.SITE_URL = "https://monitor.example.org/"
    assert told() == []  # the decision can still be taken back
    later()
    for _again in range(2):
        call_command("send_reminders", "--language", "en", verbosity=0)
    [letter] = [each for each in mail.outbox if "returned" in each.subject]
    assert letter.to == [changsha_writer.email]
    assert letter.subject == "Monthly reports of July 2023 returned: 2 projects"
    assert letter.body.count("与统计口径不符。") == 1
    for words in (CHANGSHA_CODE, OTHER, "https://monitor.example.org/rounds/2023-07/?show=returned", "Dear 李湘"):
        assert words in letter.body
    assert ReminderSent.objects.filter(kind=ReminderKind.RETURN, user=changsha_writer).count() == 2
    assert told() == []


def test_a_decision_that_was_taken_back_or_followed_is_not_told(returned, later, changsha_writer, province):
    reporting.retract(returned[:1], user=province)
    reporting.submit(returned[1:], user=changsha_writer)
    later()
    assert told() == []


@pytest.mark.permission
def test_who_has_lost_the_grant_or_the_account_is_told_nothing(returned, later, changsha_writer):
    later()
    assert len(told()) == 1
    Grant.objects.filter(user=changsha_writer).delete()
    assert told() == []
    later(60 * 24 * 31)
    assert told() == []


def test_a_report_that_is_reopened_is_told_of_too(reached, later, changsha_writer, province):
    today_is("2023-08-07")
    approved = reporting.approve([submitted(changsha_writer)], user=province)
    reporting.reopen(approved, user=province, comment="企业已更正。")
    later()
    [letter] = told()
    assert "企业已更正。" in letter.body
    assert entry_of().project.code in letter.subject


def test_of_a_report_that_nobody_handed_in_nobody_is_told(reached, later, province):
    loaded = entry_of().reports.get(month=6)
    reporting.reopen([loaded], user=province, comment="请重报。")
    later()
    assert told() == []
