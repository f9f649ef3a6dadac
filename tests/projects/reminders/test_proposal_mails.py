"""E-mails to whoever proposed a change: each answer once, and again only if it could not be sent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from projects.choices import ReminderKind
from projects.history.revisions import create_revision
from projects.models import Prefecture, Programme, Proposal, ReminderSent, Round
from projects.reminders import mails_due
from projects.workflows import proposals
from tests.people import ZHUZHOU
from tests.projects.models.reports_made import submitted, today_is
from tests.projects.workflows.proposals_made import proposed


@pytest.fixture
def reached(changsha_writer, province):
    """Who proposes and who decides, each with an address; nobody has to report yet."""
    for user in (changsha_writer, province):
        user.email, user.language = f"{user.username}@example.org", "en"
        user.save()
    today_is("2023-07-01")


def run():
    call_command("send_reminders", "--language", "en", verbosity=0)
    letters, mail.outbox[:] = list(mail.outbox), []
    return {letter.to[0].partition("@")[0]: letter for letter in letters}


def test_who_proposed_a_change_is_told_of_each_answer_once(reached, changsha_writer, province):
    made = proposed(changsha_writer)
    assert "changsha" not in run()
    proposals.comment(made, user=province, comment="请附来函。")
    letter = run()["changsha"]
    assert f"Proposal {made.pk} about {made.project.code}: commented" in letter.subject
    assert "请附来函。" in letter.body
    assert f"/proposals/{made.pk}/" in letter.body
    assert "changsha" not in run()
    proposals.comment(made, user=changsha_writer, comment="已附。")
    assert "changsha" not in run()
    proposals.accept(made, user=province)
    assert "accepted" in run()["changsha"].subject
    assert "changsha" not in run()


def test_the_province_is_told_what_waits_for_its_decision_until_it_is_decided(reached, changsha_writer, province):
    assert "province" not in run()
    made = proposed(changsha_writer)
    letter = run()["province"]
    assert f"1 proposal waits for a decision:\n  {timezone.localdate()} {made.project.code}" in letter.body
    assert "待审定" not in letter.body
    assert changsha_writer.display_name in letter.body
    assert "/proposals/\n" in letter.body
    proposals.accept(made, user=province)
    today_is("2023-07-02")
    assert "province" not in run()


def test_of_several_programmes_the_newest_tells_of_the_proposals(reached, changsha_writer, province):
    proposed(changsha_writer)
    today_is("2023-08-07")
    submitted(changsha_writer)
    later = Programme.objects.get(year=2024)
    with create_revision():
        days = {"opens": dt.date(2024, 2, 1), "due": dt.date(2024, 2, 10), "closes": dt.date(2024, 2, 20)}
        Round.objects.create(programme=later, month=1, **days)
    digests = [each for each in mails_due() if each.kind == ReminderKind.DIGEST]
    told = {each.programme.year: "/proposals/" in each.body for each in digests}
    assert told == {2023: False, 2024: True}


def test_an_answer_that_failed_is_sent_the_next_time_and_an_old_one_never(
    reached, changsha_writer, province, monkeypatch
):
    made = proposed(changsha_writer)
    proposals.refuse(made, user=province, comment="依据不足。")

    def fails(*arguments, **options):
        raise OSError("the server is away")

    with monkeypatch.context() as away:
        away.setattr("projects.reminders.mails.EmailMessage.send", fails)
        with pytest.raises(CommandError):
            run()
    [due] = [each for each in mails_due() if each.kind == ReminderKind.ANSWER]
    assert due.event.action == "refuse"
    with monkeypatch.context() as later:
        later.setattr("projects.reminders.mails.timezone.now", lambda: due.event.at + dt.timedelta(days=31))
        assert [each for each in mails_due() if each.kind == ReminderKind.ANSWER] == []
    assert "refused" in run()["changsha"].subject
    assert ReminderSent.objects.filter(kind=ReminderKind.ANSWER, sent_at__isnull=False).count() == 1


def test_an_answer_is_in_both_languages_and_a_closed_account_gets_none(reached, changsha_writer, province):
    changsha_writer.language = ""
    changsha_writer.save()
    proposals.send_back(proposed(changsha_writer), user=province, comment="请附来函。")
    [due] = [each for each in mails_due() if each.kind == ReminderKind.ANSWER]
    for words in ("退回", "returned", "请附来函。", "HN-EI-2023-25"):
        assert words in due.body
    changsha_writer.is_active = False
    changsha_writer.save()
    assert [each for each in mails_due() if each.kind == ReminderKind.ANSWER] == []


def test_who_may_no_longer_see_the_project_is_told_nothing_of_it(reached, changsha_writer, province):
    made = proposed(changsha_writer)
    proposals.send_back(made, user=province, comment="请附来函。")
    project = made.project
    project.prefecture = Prefecture.objects.get(adcode=ZHUZHOU)
    with create_revision():
        project.save()
    assert [each for each in mails_due() if each.kind == ReminderKind.ANSWER] == []


def test_an_answer_that_was_read_or_overtaken_is_not_told(reached, changsha_writer, province):
    def due():
        return [each.event.action for each in mails_due() if each.kind == ReminderKind.ANSWER]

    made = proposed(changsha_writer)
    proposals.send_back(made, user=province, comment="请附来函。")
    assert due() == ["return"]
    proposals.resubmit(made, user=changsha_writer)
    assert due() == []
    proposals.refuse(made, user=province, comment="依据不足。")
    assert (due(), Proposal.objects.waiting_for(changsha_writer).count()) == (["refuse"], 1)
    proposed(changsha_writer)
    assert (due(), Proposal.objects.waiting_for(changsha_writer).count()) == ([], 0)
