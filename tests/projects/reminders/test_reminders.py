"""Reminders and digests: who gets which, when by the programme's own calendar, in which words, and each once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from projects.choices import ReminderKind, Role
from projects.history.revisions import create_revision
from projects.jobs.queue import take_now
from projects.models import (
    Entry,
    Grant,
    Job,
    MonthlyReport,
    Prefecture,
    Programme,
    Project,
    ReminderSent,
    Round,
)
from projects.reminders import mails_due, send_reminders
from projects.reminders.mails import get_reminder_day
from projects.workflows import reporting
from tests.people import ZHUZHOU, person
from tests.projects.models.reports_made import CHANGSHA_CODE, drafted, submitted, today_is

DUE = dt.date(2023, 8, 10)


def run(*arguments):
    call_command("send_reminders", *arguments, "--language", "en", verbosity=0)
    letters, mail.outbox[:] = list(mail.outbox), []
    return {letter.to[0].partition("@")[0]: letter for letter in letters}


def reminders(letters):
    return {name: letter for name, letter in letters.items() if name != "province"}


# when


@pytest.mark.parametrize(("days", "meant"), [(-4, None), (-3, -3), (-2, -3), (0, 0), (2, 1), (9, 7)])
def test_a_reminder_belongs_to_the_last_of_its_days_that_has_come(days, meant):
    found = get_reminder_day(DUE + dt.timedelta(days=days), DUE)
    assert found == (None if meant is None else DUE + dt.timedelta(days=meant))


def test_the_days_are_settings(settings):
    settings.REMINDER_DAYS_BEFORE, settings.REMINDER_DAYS_AFTER = [], [2]
    assert get_reminder_day(DUE, DUE) is None
    assert get_reminder_day(DUE + dt.timedelta(days=2), DUE) == DUE + dt.timedelta(days=2)


@pytest.mark.parametrize(
    ("day", "kind", "words"),
    [
        ("2023-08-06", None, ""),
        ("2023-08-09", ReminderKind.BEFORE, "due in 1 day (2023-08-10)"),
        ("2023-08-10", ReminderKind.BEFORE, "due today (2023-08-10)"),
        ("2023-08-13", ReminderKind.AFTER, "was due on 2023-08-10, counted as on time until 2023-08-13"),
        ("2023-08-14", ReminderKind.AFTER, "overdue for 4 days (2023-08-10)"),
        ("2023-08-21", None, ""),  # the round is closed
    ],
)
def test_reminders_go_by_the_reporting_day_of_the_programme(day, kind, words, reached):
    today_is(day)
    letters = reminders(run())
    assert set(letters) == ({"changsha", "zhuzhou"} if kind else set())
    assert {words in letter.subject for letter in letters.values()} <= {True}
    sent = ReminderSent.objects.exclude(kind=ReminderKind.DIGEST)
    assert set(sent.values_list("kind", flat=True)) == ({kind} if kind else set())


@pytest.mark.parametrize(
    ("utc", "told"),
    [
        ("2023-08-06T15:59:59", False),  # still the 6th in Shanghai
        ("2023-08-06T16:00:00", True),  # the 7th has begun there
        ("2023-07-31T15:59:59", False),  # July, the round opens tomorrow
    ],
)
def test_without_a_reporting_day_days_and_months_change_at_midnight_in_shanghai(utc, told, reached, monkeypatch):
    today_is(None)
    moment = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert bool(reminders({each.user.username: each for each in mails_due()})) is told


# who, and what they read


def test_a_letter_names_exactly_the_writers_own_entries_that_lack_a_report(reached, changsha_writer):
    submitted(changsha_writer, CHANGSHA_CODE)
    drafted("HN-EI-2023-25")
    body = run()["changsha"].body
    lacking = Round.objects.get(programme__year=2023, month=7).entries()
    mine = set(lacking.filter(project__prefecture__adcode="430100").values_list("project__code", flat=True))
    told = {line.split()[0] for line in body.splitlines() if line.strip().startswith("HN-EI-")}
    assert told == mine - {CHANGSHA_CODE}
    assert "HN-EI-2023-25 Illustrative project 13" in body
    assert "(draft)" in body


def test_who_has_reported_everything_is_not_written_to(reached, zhuzhou_writer):
    submitted(zhuzhou_writer, "HN-EI-2023-39")
    assert set(reminders(run())) == {"changsha"}


def test_readers_analysts_locked_and_addressless_people_get_nothing(register):
    people = [
        person("reader", Role.PREFECTURE_READER, ZHUZHOU, email="reader@example.org"),
        person("analyst", Role.ANALYST, email="analyst@example.org"),
        person("silent", Role.PREFECTURE_WRITER, ZHUZHOU),
        person("locked", Role.PREFECTURE_WRITER, ZHUZHOU, email="locked@example.org", is_active=False),
    ]
    assert len(people) == 4
    assert run() == {}


def test_a_writer_of_two_prefectures_gets_one_letter_about_both(reached, changsha_writer):
    with create_revision():
        Grant(
            user=changsha_writer, role=Role.PREFECTURE_WRITER, prefecture=Prefecture.objects.get(adcode=ZHUZHOU)
        ).save()
    run_letters = run()
    assert "HN-EI-2023-39" in run_letters["changsha"].body
    assert CHANGSHA_CODE in run_letters["changsha"].body


def test_the_digest_names_what_waits_what_is_late_and_which_problems_are_overdue(reached, changsha_writer):
    submitted(changsha_writer, CHANGSHA_CODE)
    today_is("2023-08-14")  # the days of grace are over
    body = run()["province"].body
    assert f"1 report waits for review:\n  2023-07 {CHANGSHA_CODE}" in body
    assert "29 reports for July 2023 are late (they were due on 2023-08-10):" in body
    assert "problems are overdue:" in body
    assert "/review/" in body


def test_a_report_of_a_year_without_rounds_waits_in_the_digest_too(reached, changsha_writer):
    later = Programme.objects.get(year=2024)
    with create_revision():
        entry = Entry(project=Project.objects.get(code=CHANGSHA_CODE), programme=later, basis="reported")
        entry.save()
        report = MonthlyReport(entry=entry, month=1, disbursed=10**8)
        report.save()
    reporting.submit([report], user=changsha_writer)
    [digest] = [each for each in mails_due() if each.programme == later]
    assert (digest.kind, digest.user.username) == (ReminderKind.DIGEST, "province")
    assert f"1 report waits for review:\n  2024-01 {CHANGSHA_CODE}" in digest.body


def test_a_programme_with_nothing_to_say_sends_no_digest(reached, changsha_writer):
    today_is("2023-02-01")  # the first round has just opened; every problem is still in its time
    assert "province" not in run()


# once


def test_a_second_run_sends_nothing_and_the_next_day_only_a_digest(reached):
    assert set(run()) == {"changsha", "zhuzhou", "province"}
    assert run() == {}
    today_is("2023-08-08")
    assert set(run()) == {"province"}
    today_is("2023-08-09")
    assert set(run()) == {"changsha", "zhuzhou", "province"}


def test_a_day_on_which_nothing_ran_is_made_up_for(reached):
    today_is("2023-08-08")
    assert set(reminders(run())) == {"changsha", "zhuzhou"}
    assert ReminderSent.objects.filter(day="2023-08-07", kind=ReminderKind.BEFORE).count() == 2


def test_a_trial_says_what_would_be_sent_and_sends_nothing(reached, capsys):
    call_command("send_reminders", "--dry-run", "--language", "en")
    told = capsys.readouterr().out
    assert "<changsha@example.org> " in told
    assert "A trial: 3 would be sent, 0 were sent before." in told
    assert (mail.outbox, ReminderSent.objects.count()) == ([], 0)
    run()
    call_command("send_reminders", "--dry-run", "--language", "en")
    assert "A trial: 0 would be sent, 3 were sent before." in capsys.readouterr().out


class Refusing(BaseEmailBackend):
    """A server that does not take letters to Changsha."""

    def send_messages(self, messages):
        for message in messages:
            if message.to[0].startswith("changsha@"):
                raise ConnectionRefusedError("the server is away")
            mail.outbox.append(message)
        return len(messages)


def test_a_failed_letter_ends_in_code_1_stops_no_other_and_is_tried_again(reached, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.projects.reminders.test_reminders.Refusing"
    mail.outbox = []
    with pytest.raises(CommandError, match=r"changsha@example.org.*the server is away") as failed:
        call_command("send_reminders", verbosity=0)
    assert failed.value.returncode == 1
    assert {letter.to[0] for letter in mail.outbox} == {"zhuzhou@example.org", "province@example.org"}
    assert not ReminderSent.objects.filter(user__username="changsha").exists()
    settings.EMAIL_BACKEND, mail.outbox[:] = working, []
    today_is("2023-08-08")  # also on the next day
    assert "changsha" in run()


def test_what_another_sender_has_taken_up_is_left_to_it_until_its_lease_runs_out(reached):
    assert take_now(send_reminders)
    assert run() == {}
    Job.objects.update(leased_until=timezone.now())
    assert set(run()) == {"changsha", "zhuzhou", "province"}


@pytest.mark.parametrize("with_round", [True, False])
def test_the_database_holds_that_a_letter_goes_out_once(with_round, reached):
    run()
    row = ReminderSent.objects.filter(round__isnull=not with_round).first()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_two_runs_at_once_send_each_letter_once(live_register, settings):
    user = person("changsha", Role.PREFECTURE_WRITER, "430100", email="changsha@example.org")
    assert [each.user for each in mails_due()] == [user]
    start = threading.Barrier(2)

    def sender():
        try:
            start.wait()
            call_command("send_reminders", verbosity=0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sender) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mail.outbox) == 1
    assert ReminderSent.objects.get().sent_at is not None
