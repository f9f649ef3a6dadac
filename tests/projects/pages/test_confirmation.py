"""Pages that ask: what is unusual is ticked and explained, and nothing that was typed is lost."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Claim, MonthlyReport, Overruling, PlausibilityRule, Project, Proposal, Revision
from projects.workflows import reporting
from projects.workflows.proposals import ProposedValue
from tests.markup.forms import forms_of
from tests.pages import read
from tests.projects.workflows.proposals_made import proposed

from .rounds import JULY, entries, fields, july, posted, version_now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plausible")]
WHY = {"_confirm_reason": "设备退货，退回预付款"}


def said(response):
    return {name for name in names(read(response.content)) if name.startswith("_confirm")}


def names(page):
    return {
        attributes["name"] for tag, attributes in page.elements if tag in ("input", "textarea") and "name" in attributes
    }


def odd(entry):
    return fields(
        entry, disbursed="-9", stage="preparation", correction_reason="误报", reason="设备晚到", measure="九月补足"
    )


def test_a_correction_of_an_approved_report_is_asked(changsha_writer, province, client_of):
    entry = entries()[2]
    posted(client_of(changsha_writer), fields(entry, disbursed="0.5", reason="缺料", measure="补料", stage="structure"))
    reporting.submit([july(entry)], user=changsha_writer)
    reporting.approve([july(entry)], user=province)
    client, path = client_of(province), f"{JULY}?correct={entry.project.code}"
    row = {"version": version_now(entry), "disbursed": "-9", "correction_reason": "更正"}
    asked = posted(client, fields(entry, **row), path=path)
    assert said(asked) == {"_confirm-year-to-date", "_confirm_reason"}
    assert july(entry).disbursed == 50_000_000
    done = posted(client, fields(entry, **row), path=path, **{"_confirm-year-to-date": "1"}, **WHY)
    assert done.status_code == 302
    assert july(entry).disbursed == -900_000_000


def test_whoever_accepts_a_proposal_is_asked(changsha_writer, province, client_of):
    made = proposed(changsha_writer, ProposedValue("project.total_investment", None, 600_000_000))
    client, path = client_of(province), f"/proposals/{made.pk}/"
    data = {"action": "accept", "comment": "同意", "version": client.get(path).context["version"]}
    asked = client.post(path, data)
    assert asked.status_code == 422
    assert said(asked) == {"_confirm-plan", "_confirm_reason"}
    assert "同意" in asked.content.decode()
    assert client.post(path, data | {"_confirm-plan": "1"} | WHY).status_code == 302
    assert Proposal.objects.get(pk=made.pk).state == "accepted"
    assert Project.objects.get(code="HN-EI-2023-25").total_investment == 600_000_000


def test_whoever_adopts_a_claim_is_asked(province, client_of):
    claim = Claim.objects.filter(figure="total_investment", adopted=False, amount__isnull=False).first()
    rule = PlausibilityRule.objects.get(kind="token-amount")
    with create_revision():
        rule.limit = 499 * 10**9
        rule.save()
    client, path = client_of(province), f"/claims/{claim.pk}/adopt/"
    data = {"reason": "以公告为准", "seen": client.get(path).context["seen"]}
    before = Revision.objects.newest_number()
    asked = client.post(path, data)
    assert asked.status_code == 422
    assert "_confirm-token-amount" in said(asked)
    assert Revision.objects.newest_number() == before
    confirmed = {name: "1" for name in said(asked) if name != "_confirm_reason"}
    assert client.post(path, data | confirmed | WHY).status_code == 302
    assert MonthlyReport.objects.exists()
    claim.refresh_from_db()
    assert claim.adopted


def test_whoever_proposes_is_asked_and_keeps_what_was_typed(changsha_writer, client_of):
    client, path = client_of(changsha_writer), "/projects/HN-EI-2023-25/propose/"
    [form] = [each for each in forms_of(client.get(path).content.decode()) if each.named("project.total_investment")]
    form = form.data() | {"project.total_investment": "3", "reason": "合同变更", "reported_by": "企业来函"}
    held = client.post(path, form)
    assert held.status_code == 422
    boxes = {name for name in said(held) if name != "_confirm_reason"}
    assert boxes
    assert not Proposal.objects.exists()
    assert "合同变更" in held.content.decode()
    assert client.post(path, form | dict.fromkeys(boxes, "1") | WHY).status_code == 302
    made = Proposal.objects.get()
    assert {each.reason for each in Overruling.objects.filter(model="proposal", key=made.pk)} == {
        WHY["_confirm_reason"]
    }
