"""Submitting what can go: a row that is doubted holds back itself alone, and is confirmed or left out."""

from __future__ import annotations

import re

import pytest

from projects.choices import ReportState
from projects.models import Overruling

from .rounds import DRAFTS, JULY, entries, fields, july, posted, report, stored, version_now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plausible")]
WAITS, DRAFT = ReportState.SUBMITTED, ReportState.DRAFT
TOKEN = 5_000  # CNY: whoever means 亿元 and types 万元
BOX, WHY = "_confirm-token-amount", {"_confirm_reason": "just a fee"}


def drafts(*amounts):
    """Drafts as the API stores them: nobody is asked."""
    chosen = entries()[: len(amounts)]
    for each, amount in zip(chosen, amounts, strict=True):
        report(each, amount)
    return chosen


def submit(client, chosen, **more):
    rows = [fields(each, version=version_now(each)) for each in chosen]
    return posted(client, *rows, action="submit", path=f"{JULY}?lang=en", **more)


def asked(response):
    """The box in which what is unusual is confirmed."""
    return response.content.decode().partition('id="confirm"')[2].partition("</fieldset>")[0]


def states(chosen):
    return [july(each).state for each in chosen]


def test_a_doubted_row_is_asked_by_its_project_and_the_others_go(changsha_writer, client_of):
    chosen, client = drafts(10**7, TOKEN, 10**7), client_of(changsha_writer)
    box = asked(submit(client, chosen))
    assert states(chosen) == [WAITS, DRAFT, WAITS]
    assert f'name="{BOX}"' in box
    assert [each.project.name_en in box for each in chosen] == [False, True, False]
    submit(client, chosen[1:2], **{BOX: "1"}, **WHY)
    assert states(chosen) == [WAITS] * 3
    assert [each.reason for each in Overruling.objects.all()] == ["just a fee"]


def test_what_will_be_asked_stands_beside_its_cell_before_and_is_not_promised(changsha_writer, client_of):
    """In the sheet as it opens, and in what is answered to typing."""
    chosen, client = drafts(10**7, TOKEN), client_of(changsha_writer)
    html = client.get(f"{JULY}?lang=en&unit=small").content.decode()
    assert "1 can be submitted, 1 to confirm, 0 to correct, 5 not filled in." in html
    assert "Submit the 1 that can go" in html
    certain, unusual = (html.partition(f'<tbody id="r{each.pk}"')[2].partition("</tbody>")[0] for each in chosen)
    assert "you will then be asked to confirm it" in unusual
    assert "0.005 million CNY" in unusual  # as the sheet writes amounts
    assert f'aria-describedby="e{chosen[1].pk}-disbursed"' in unusual
    assert f'id="e{chosen[1].pk}-disbursed"' in unusual
    assert "aria-invalid" not in unusual
    assert ["hidden" not in re.search(r"data-unusual[^>]*>", row)[0] for row in (certain, unusual)] == [False, True]
    row = typed(client, chosen[1], "0.005")
    assert (row["ready"], row["asks"], row["doubts"]) == (False, True, ["disbursed"])
    row = typed(client, chosen[1], "5")
    assert (row["ready"], row["asks"], row["doubts"], row["unusual"]) == (True, False, [], "")


def typed(client, entry, amount):
    """What is answered to typing, in million CNY."""
    sent = fields(entry, version=version_now(entry), disbursed=amount)
    return stored(client, sent, path=f"{DRAFTS}?lang=en&unit=small").json()["rows"][str(entry.pk)]


def test_of_two_that_one_rule_doubts_one_is_confirmed_and_the_other_left_out(changsha_writer, client_of):
    chosen, client = drafts(TOKEN, TOKEN), client_of(changsha_writer)
    box = asked(submit(client, chosen))
    names = [f"{BOX}:monthlyreport-{july(each).pk}" for each in chosen]
    assert all(f'name="{name}"' in box for name in names)
    box = asked(submit(client, chosen, **{names[1]: "1"}, **WHY))
    assert states(chosen) == [DRAFT, WAITS]
    assert f'name="{BOX}"' in box
