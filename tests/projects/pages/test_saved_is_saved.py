"""What a form says of itself is so: one that was refused writes nothing, says as much, and gives back what was typed."""

from __future__ import annotations

import pytest

from projects.models import Claim, Problem, Revision, Webhook
from tests.pages import read
from tests.projects.models.reports_made import CHANGSHA_CODE, approved, submitted

pytestmark = pytest.mark.django_db

TYPED = "typed with care"


def claim_url():
    return f"/claims/{Claim.objects.filter(adopted=False).first().pk}/adopt/"


# who, where, what is posted; each lacks something, or says what cannot be
REFUSED = {
    "note": ("changsha_writer", lambda: f"/notes/add/?programme=2023&project={CHANGSHA_CODE}", {"text": TYPED * 500}),
    "proposal": ("changsha_writer", lambda: f"/projects/{CHANGSHA_CODE}/propose/", {"reason": TYPED}),
    "problem": (
        "changsha_writer",
        lambda: "/problems/add/?programme=2023",
        {"description": TYPED, "raised_on": "no day"},
    ),
    "step": (
        "province",
        lambda: f"/problems/{Problem.objects.first().pk}/",
        {"note": TYPED, "state": "open", "due": "no day"},
    ),
    "claim": ("province", claim_url, {"reason": "", "seen": "of yesterday"}),
    "webhook": ("province", lambda: "/webhooks/add/", {"label": TYPED, "url": "http://127.0.0.1/"}),
    "token": ("province", lambda: "/tokens/add/", {"label": "", "days": "0"}),
    "undo": ("province", lambda: f"/changes/{Revision.objects.newest_number()}/undo/", {"reason": ""}),
    "reopen": (
        "province",
        lambda: f"/projects/{CHANGSHA_CODE}/reports/2023-07/reopen/",
        {"comment": "", "version": "x"},
    ),
    "review": ("province", lambda: "/review/", {"action": "return", "comment": "", "report": "x"}),
}


@pytest.mark.parametrize("which", REFUSED)
def test_a_form_that_was_refused_says_no_success_and_writes_nothing(which, register, request, client_of):
    who, where, data = REFUSED[which]
    people = [request.getfixturevalue(name) for name in ("changsha_writer", "province")]
    approved(*people)
    submitted(people[0], "HN-EI-2023-25")
    browser, path = client_of(request.getfixturevalue(who)), where()
    before, hooks = Revision.objects.newest_number(), Webhook.objects.count()
    joint = "&" if "?" in path else "?"
    answer = browser.post(f"{path}{joint}lang=en", data)
    assert answer.status_code in (200, 400, 409, 422), answer.status_code
    page = read(answer.content)
    said = [attributes for _tag, attributes in page.elements if "good" in attributes.get("class", "").split()]
    assert not said
    assert any(
        attributes.get("role") == "alert" or "errmsg" in attributes.get("class", "")
        for _tag, attributes in page.elements
    )
    assert (Revision.objects.newest_number(), Webhook.objects.count()) == (before, hooks)
    if TYPED in str(data):
        assert TYPED in answer.content.decode()
