"""A decision of the review that is taken back: offered beside what follows it, and refused once something came after."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from projects.choices import ReportAction, ReportState
from projects.history.digests import digest_of
from projects.models import Revision
from projects.workflows import reporting
from tests.people import person

from .rounds import entries, july, submitted
from .test_review import PATH, act

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


@pytest.fixture
def decided(changsha_writer, province, client_of):
    """A client of the province that has taken a decision on the first of two reports."""

    def taken(action="approve", **more):
        first, second = entries()[:2]
        submitted(changsha_writer, [first], 150_000_000)
        submitted(changsha_writer, [second], 90_000_000)
        client = client_of(province)
        act(client, [july(first)], action, path=f"{PATH}?open={first.project.code}", alone="1", **more)
        return client, july(first)

    return taken


def take_back(client, *reports):
    """Post the form that names the decision after which the reports were read."""
    return post(client, [f"{report.pk}:{digest_of(report)}" for report in reports])


def post(client, chosen):
    return client.post(f"{PATH}?month=2023-07&lang=en", {"action": "retract", "report": chosen}, follow=True)


def sent_by(form):
    """What the offered form sends of the reports."""
    return re.findall(r'name="report" value="([^"]*)"', form)


def offer(client, **query):
    page = client.get(PATH, {"month": "2023-07", "lang": "en", **query}).content.decode()
    return page.partition('id="taken-back"')[2].partition("</form>")[0]


def test_an_approval_is_offered_to_be_taken_back_with_what_that_does(decided):
    client, report = decided()
    found = offer(client)
    assert report.entry.project.name in found or "Illustrative" in found
    assert "The total of January to July goes from" in found
    assert 'value="retract"' in found
    assert 'data-key="u"' in found
    following = offer(client, open=entries()[1].project.code)
    assert 'value="retract"' in following  # beside the report that comes next, too


def test_what_is_taken_back_waits_as_before_and_leaves_a_revision(decided, province):
    client, report = decided()
    newest = Revision.objects.newest_number()
    answer = post(client, sent_by(offer(client)))
    again = july(report.entry)
    assert (again.state, again.approved_by, again.approved_at) == (ReportState.SUBMITTED, None, None)
    assert again.submitted_by is not None
    assert Revision.objects.newest_number() == newest + 1
    last = again.events.first()
    assert (last.action, last.before, last.after, last.user) == ("retract", "approved", "submitted", province)
    assert report.entry.project.code in answer.redirect_chain[-1][0]  # it is opened again
    assert not offer(client)
    page = answer.content.decode()
    assert "Submission 1," in page  # it does not come again for that
    assert "first submission" in page


def test_a_return_is_taken_back_with_its_comment(decided):
    client, report = decided("return", comment="look again")
    assert july(report.entry).comment == "look again"
    assert "look again" in offer(client)
    take_back(client, report)
    again = july(report.entry)
    assert (again.state, again.comment, again.returned_by) == (ReportState.SUBMITTED, "", None)


def test_it_is_refused_once_something_came_after(decided, changsha_writer):
    client, report = decided("return", comment="look again")
    changed = july(report.entry)
    changed.progress = "roof closed"
    changed.save()
    assert take_back(client, report).status_code == 409
    assert take_back(client, july(report.entry)).status_code == 409  # the newest version is no decision
    assert july(report.entry).state == ReportState.RETURNED
    assert not offer(client)
    reporting.submit([july(report.entry)], user=changsha_writer)
    assert take_back(client, report).status_code == 409


def test_it_is_refused_when_its_time_is_over(decided, monkeypatch):
    client, report = decided()
    later = timezone.now() + reporting.TAKEN_BACK_WITHIN + dt.timedelta(seconds=1)
    monkeypatch.setattr(reporting.timezone, "now", lambda: later)
    assert not offer(client)
    assert take_back(client, report).status_code == 409
    assert july(report.entry).state == ReportState.APPROVED


def test_an_old_page_takes_no_later_decision_back(decided, changsha_writer, province):
    client, report = decided("return", comment="look again")
    old = sent_by(offer(client))
    reporting.submit([july(report.entry)], user=changsha_writer)
    reporting.approve([july(report.entry)], user=province)
    newest = Revision.objects.newest_number()
    for chosen in (old, [f"{report.pk}:"], [f"{report.pk}:{'0' * 32}"], [str(report.pk)]):
        answer = post(client, chosen)
        assert answer.status_code == 409
        assert "Something came after this decision" in answer.content.decode().partition('class="errsum"')[2]
    assert july(report.entry).state == ReportState.APPROVED
    assert Revision.objects.newest_number() == newest
    post(client, sent_by(offer(client)))  # the form of this page names the approval
    assert july(report.entry).state == ReportState.SUBMITTED


def test_many_that_were_approved_at_once_are_taken_back_at_once(changsha_writer, province, client_of):
    chosen = entries()[:3]
    submitted(changsha_writer, chosen)
    client = client_of(province)
    act(client, [july(each) for each in chosen])
    old = sent_by(offer(client))
    assert old == [f"{july(each).pk}:{digest_of(july(each))}" for each in chosen]
    reporting.retract([july(chosen[0])], user=province)
    reporting.approve([july(chosen[0])], user=province)
    assert post(client, old).status_code == 409  # one of them is another decision by now: none is taken back
    assert {july(each).state for each in chosen} == {ReportState.APPROVED}
    assert take_back(client, *map(july, chosen)).status_code == 200
    assert {july(each).state for each in chosen} == {ReportState.SUBMITTED}


@pytest.mark.permission
def test_only_who_decided_is_offered_it_and_only_who_approves_may_do_it(decided, changsha_writer, client_of):
    _client, report = decided()
    other = client_of(person("reviewer", "province"))
    assert not offer(other)
    assert take_back(client_of(changsha_writer), report).status_code == 403
    assert july(report.entry).state == ReportState.APPROVED
    assert reporting.may(report.approved_by, ReportAction.RETRACT, july(report.entry))
