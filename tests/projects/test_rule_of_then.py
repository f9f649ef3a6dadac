"""A rule of lights that is changed changes no light of a month whose round had closed before."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Programme

from .asking import scope_of

pytestmark = pytest.mark.django_db


def lights(user, **query):
    return {standing.entry.code: standing.light for standing in scope_of(user, query).standings}


def test_past_months_keep_their_lights_and_the_last_one_follows_the_new_rule(register, province):
    march, june = lights(province, through="2023-03"), lights(province)
    rule = Programme.objects.get(year=2023).light_rule
    rule.yellow, rule.red = 1, 2
    with create_revision(reason="a stricter rule"):
        rule.save()
    assert lights(province, through="2023-03") == march
    assert lights(province) != june
