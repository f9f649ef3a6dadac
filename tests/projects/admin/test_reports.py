"""Monthly reports: what they say is typed, how far they have come is the workflow's."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from projects.choices import Basis, Role
from projects.history.revisions import create_revision
from projects.models import Grant, MonthlyReport, Prefecture, Project, ReportEvent, Revision
from projects.workflows import reporting
from tests.people import ZHUZHOU
from tests.projects.admin.forms import change_url, errors_of, filled, messages_of, project, seen, url

ENGLISH = {"lang": "en"}
LIST = "/admin/projects/monthlyreport/"


@pytest.fixture
def draft(register):
    return drafted("21")


def drafted(code, **values):
    """A draft of July that can be submitted."""
    content = {"disbursed": 10**8, "reason": "Rain", "measure": "A second shift", "basis": "illustrative"} | values
    report = MonthlyReport(entry=project(code).entries.get(), month=7, **content)
    report.save()
    return report


def act(browser, action, *reports, follow=True, **more):
    data = {"action": action, "_selected_action": [report.pk for report in reports], "_seen": seen()} | more
    return browser.post(LIST + "?lang=en", data, follow=follow)


def state_of(report):
    return MonthlyReport.objects.get(pk=report.pk).state


def offered(browser):
    form = browser.get(LIST).context["action_form"]
    return {name for name, _label in form.fields["action"].choices if name} if form else set()


def reasons(response):
    with translation.override("en"):
        return [str(reason) for _report, told in response.context["rows"] for reason in told]


def test_a_writer_types_a_draft_which_the_form_shows_again(changsha_writer, client_of):
    browser = client_of(changsha_writer)
    entry = project("21").entries.get()
    data = {
        "entry": entry.pk,
        "month": 7,
        "disbursed": "0.5",
        "stage": "equipment",
        "forecast": "6",
        "basis": "reported",
    }
    assert browser.post(url(MonthlyReport, "add"), data | {"state": "approved"}).status_code == 302
    made = entry.reports.get(month=7)
    assert (made.state, made.disbursed, made.stage, made.forecast) == ("draft", 50_000_000, "equipment", 600_000_000)
    assert made.basis == Basis.ILLUSTRATIVE  # as the project of which it speaks
    page = browser.get(change_url(made))
    assert browser.post(change_url(made), filled(page, disbursed="0.6")).status_code == 302
    assert entry.reports.get(month=7).disbursed == 60_000_000


@pytest.mark.parametrize("name", ["state", "submitted_at", "approved_by", "handed_in_on", "comment"])
def test_state_times_and_persons_cannot_be_typed(name, province, client_of, draft):
    browser = client_of(province)
    page = browser.get(change_url(draft))
    assert f'name="{name}"' not in page.content.decode()
    before = MonthlyReport.objects.values().get(pk=draft.pk)
    forged = filled(page, **{name: "approved", "submitted_by": str(province.pk), "approved_at_0": "2023-08-01"})
    assert browser.post(change_url(draft), forged).status_code == 302
    assert MonthlyReport.objects.values().get(pk=draft.pk) == before


def test_a_negative_amount_is_typed_with_its_reason(province, client_of, draft):
    browser = client_of(province)
    page = browser.get(change_url(draft))
    assert set(errors_of(browser.post(change_url(draft), filled(page, disbursed="-0.5")))) == {"correction_reason"}
    data = filled(page, disbursed="−0.5", correction_reason="Counted twice in June")
    assert browser.post(change_url(draft), data).status_code == 302
    assert MonthlyReport.objects.get(pk=draft.pk).disbursed == -50_000_000
    assert "= −50,000,000 元" in browser.get(change_url(draft)).content.decode()


@pytest.mark.no_database
def test_an_amount_in_another_unit_is_caught_and_the_right_one_offered(province, client_of, draft):
    browser = client_of(province)
    data = filled(browser.get(change_url(draft), ENGLISH), disbursed="809.4")
    assert any("80,940,000 CNY" in text for text in errors_of(browser.post(change_url(draft), data))["disbursed"])


@pytest.mark.permission
def test_a_submitted_report_is_nobodys_to_change_and_an_approved_one_the_provinces(
    changsha_writer, province, client_of, draft
):
    reporting.submit([draft], user=changsha_writer)
    for user in (changsha_writer, province):
        assert client_of(user).get(change_url(draft)).status_code == 200
        assert client_of(user).post(change_url(draft), {"disbursed": "9"}).status_code == 403
    reporting.approve([draft], user=province)
    assert client_of(changsha_writer).post(change_url(draft), {"disbursed": "9"}).status_code == 403
    browser = client_of(province)
    data = filled(browser.get(change_url(draft)), disbursed="1.1")
    assert browser.post(change_url(draft), data).status_code == 302
    assert MonthlyReport.objects.get(pk=draft.pk).disbursed == 110_000_000


def test_after_the_round_has_closed_a_correction_says_why_at_its_field(province, client_of):
    browser = client_of(province)
    report = project("21").entries.get().reports.get(month=3)
    page = browser.get(change_url(report))
    assert set(errors_of(browser.post(change_url(report), filled(page, progress="Roof closed")))) == {
        "correction_reason"
    }


def test_each_role_is_offered_its_steps(province, changsha_writer, changsha_reader, analyst, client_of):
    review = {"return", "approve", "reopen"}
    assert offered(client_of(province)) == {"submit", "withdraw", "delete_selected"} | review
    assert offered(client_of(changsha_writer)) == {"submit", "withdraw"}
    assert offered(client_of(changsha_reader)) == offered(client_of(analyst)) == set()


def test_a_report_goes_its_whole_way_by_actions(changsha_writer, province, client_of, draft):
    local, reviewer = client_of(changsha_writer), client_of(province)
    assert messages_of(act(local, "submit", draft)) == ["1 report submitted."]
    assert messages_of(act(local, "withdraw", draft)) == ["1 report withdrawn."]
    act(local, "submit", draft)
    asked = act(reviewer, "return", draft)
    assert asked.status_code == 200
    assert state_of(draft) == "submitted"
    assert messages_of(act(reviewer, "return", draft, step="confirm", comment="Too much")) == ["1 report returned."]
    assert MonthlyReport.objects.get(pk=draft.pk).comment == "Too much"
    act(local, "submit", draft)
    assert messages_of(act(reviewer, "approve", draft)) == ["1 report approved."]
    act(reviewer, "reopen", draft, step="confirm", comment="June is in it")
    assert state_of(draft) == "returned"
    steps = [event.action for event in ReportEvent.objects.filter(report=draft).order_by("pk")]
    assert steps == ["submit", "withdraw", "submit", "return", "submit", "approve", "reopen"]


@pytest.mark.no_database
@pytest.mark.parametrize(("action", "comment"), [("return", ""), ("return", "   "), ("reopen", "")])
def test_returning_without_a_comment_is_refused_at_the_comment(
    action, comment, changsha_writer, province, client_of, draft
):
    reporting.submit([draft], user=changsha_writer)
    response = act(client_of(province), action, draft, step="confirm", comment=comment)
    assert set(response.context["form"].errors) == {"comment"}
    assert state_of(draft) == "submitted"


def test_many_go_together_or_none_and_each_that_cannot_says_why(changsha_writer, client_of, draft):
    lacking = drafted("24", disbursed=None)
    behind = drafted("25", disbursed=1, reason="", measure="")
    before = Revision.objects.newest_number()
    response = act(client_of(changsha_writer), "submit", draft, lacking, behind)
    assert response.context["refused"] == 2
    told = reasons(response)
    assert any(line.startswith("Disbursed: ") for line in told)
    assert {state_of(report) for report in (draft, lacking, behind)} == {"draft"}
    assert Revision.objects.newest_number() == before
    others = [draft.pk]
    text = response.content.decode()
    assert [
        key for key in (draft.pk, lacking.pk, behind.pk) if f'name="_selected_action" value="{key}"' in text
    ] == others
    response = act(client_of(changsha_writer), "submit", draft, step="confirm")
    assert messages_of(response) == ["1 report submitted."]


def test_what_a_report_refuses_of_itself_is_told_beside_it_and_nothing_is_written(
    changsha_writer, client_of, draft, monkeypatch
):
    other = drafted("25")
    reporting.submit([draft, other], user=changsha_writer)
    before, clean = Revision.objects.newest_number(), MonthlyReport.clean

    def refuse(report):
        if report.pk == other.pk:
            raise ValidationError({"disbursed": "not like this"})
        clean(report)

    monkeypatch.setattr(MonthlyReport, "clean", refuse)
    told = act(client_of(changsha_writer), "withdraw", draft, other)
    assert reasons(told) == ["Disbursed: not like this"]
    assert {state_of(draft), state_of(other)} == {"submitted"}
    assert Revision.objects.newest_number() == before


def test_who_submitted_cannot_approve_and_is_told_so(province, client_of, draft):
    reporting.submit([draft], user=province)
    response = act(client_of(province), "approve", draft)
    assert "cannot approve" in " ".join(reasons(response))
    assert state_of(draft) == "submitted"


def test_the_slower_of_two_reviewers_is_told_what_was_done(changsha_writer, province, client_of, draft):
    reporting.submit([draft], user=changsha_writer)
    reporting.approve([draft], user=province)
    response = act(client_of(province), "approve", draft)
    assert "approved" in reasons(response)[0]
    assert "周敏" in reasons(response)[0]


def test_a_report_that_one_only_reads_is_refused_and_a_hidden_one_is_not_found(changsha_writer, client_of, draft):
    other = drafted("39")
    browser = client_of(changsha_writer)
    act(browser, "submit", other)
    assert state_of(other) == "draft"
    with create_revision():
        adcode = Prefecture.objects.get(adcode=ZHUZHOU)
        Grant(user=changsha_writer, role=Role.PREFECTURE_READER, prefecture=adcode).save()
    response = act(browser, "submit", draft, other)
    assert reasons(response) == ["Your role does not allow this."]
    assert (state_of(draft), state_of(other)) == ("draft", "draft")


def test_a_report_that_was_changed_after_the_page_was_opened_takes_no_step_and_the_comment_stays(
    changsha_writer, province, client_of, draft
):
    browser, other = client_of(province), drafted("24")
    reporting.submit([draft, other], user=changsha_writer)
    opened = seen()
    asked = act(browser, "return", draft, other)
    for _time in range(2):
        [draft] = reporting.withdraw([draft], user=changsha_writer)
        [draft] = reporting.submit([draft], user=changsha_writer)
    refused = act(browser, "approve", draft, other, _seen=opened)
    assert draft.entry.project.code in messages_of(refused)[0]
    page = act(browser, "return", draft, other, step="confirm", comment="Too little.", _seen=str(asked.context["seen"]))
    [told] = messages_of(page)
    assert draft.entry.project.code in told
    assert other.entry.project.code not in told
    assert page.context["form"]["comment"].value() == "Too little."
    assert {state_of(draft), state_of(other)} == {"submitted"}
    act(browser, "return", draft, other, step="confirm", comment="Too little.", _seen=str(page.context["seen"]))
    assert {state_of(draft), state_of(other)} == {"returned"}


@pytest.mark.parametrize("action", ["submit", "approve", "return", "delete_selected"])
def test_who_only_reads_takes_no_step_by_a_forged_form(action, changsha_reader, client_of, draft):
    act(client_of(changsha_reader), action, draft, step="confirm", comment="x", post="yes")
    assert state_of(draft) == "draft"


def test_the_form_of_a_report_offers_the_steps_that_may_be_taken(changsha_writer, province, client_of, draft):
    def steps(user):
        return [action for action, _label in client_of(user).get(change_url(draft)).context["steps"]]

    assert steps(changsha_writer) == ["submit"]
    reporting.submit([draft], user=changsha_writer)
    assert (steps(changsha_writer), steps(province)) == (["withdraw"], ["withdraw", "approve", "return"])


def test_the_bulk_change_of_projects_never_reaches_a_report(province, client_of, draft):
    data = {"action": "change_in_bulk", "_selected_action": [project("21").pk], "step": "confirm", "reason": "x"}
    forged = data | {
        "basis": "illustrative",
        "state": "approved",
        "entries__reports__state": "approved",
        "_seen": seen(),
    }
    client_of(province).post(url(Project), forged)
    assert state_of(draft) == "draft"


def test_list_and_form_ask_the_same_number_of_questions_whatever_the_steps(province, changsha_writer, client_of, draft):
    browser = client_of(province)

    def questions(address):
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        return len(queries)

    reporting.submit([draft], user=changsha_writer)
    before = (questions(LIST), questions(change_url(draft)))
    for _time in range(3):
        reporting.withdraw([draft], user=changsha_writer)
        reporting.submit([draft], user=changsha_writer)
    drafted("24")
    assert (questions(LIST), questions(change_url(draft))) == before
    assert before[0] <= 8
    assert before[1] <= 13
