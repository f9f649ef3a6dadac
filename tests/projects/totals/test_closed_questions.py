"""Questions whose statements are made for them alone are planned by the database too, outside of transactions."""

from __future__ import annotations

import pytest

from projects.choices import Role
from projects.totals.explanation import explanation
from projects.totals.figures import COUNTED
from tests.people import person

from ..asking import scope_of


@pytest.mark.usefixtures("live_register")
@pytest.mark.parametrize("light", ["red", "none"])
def test_every_figure_is_told_of_a_light(light):
    scope = scope_of(person("province", Role.PROVINCE), {"programme": "2023", "through": "2023-06", "light": light})
    opened = [explanation(scope, name) for name in sorted({*COUNTED, "project_count", "transferred_count"})]
    assert all(each.adds_up for each in opened)
