"""Each step that a person takes on a page says afterwards what happens next, in a sentence of its own."""

from __future__ import annotations

import pytest
from django.utils import translation

from projects.workflows import adoption, reporting
from projects.workflows.proposals import transitions

pytestmark = pytest.mark.no_database

STEPS = [
    transition
    for workflow in (reporting.TRANSITIONS, transitions.TRANSITIONS, adoption.TRANSITIONS)
    for transition in workflow.values()
    if transition.done
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.action}-{step.permissions[0]}")
def test_after_a_step_something_is_said_beyond_that_it_was_done(step):
    with translation.override("en"):
        told = f"{step.done % {'number': 2, 'count': '2'}} {step.then or ''}".strip()
    assert told.endswith(".")
    assert any(mark in told[:-1] for mark in (".", ":", ";", " and ")), told


def test_what_a_decision_brings_is_said_to_be_under_one_s_tasks():
    with translation.override("en"):
        assert "your tasks" in str(reporting.TRANSITIONS["submit"].then)
