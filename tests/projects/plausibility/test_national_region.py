"""The region in a national project code, beside the prefecture that the project is in."""

from __future__ import annotations

from typing import Any

import pytest

from projects.choices import PlausibilityKind
from projects.models import Project
from projects.plausibility.rules import KINDS, Surroundings


def doubted(project: Project) -> list[str]:
    finds: Any = KINDS[PlausibilityKind.NATIONAL_CODE].finds
    return [each.other for each in finds(project, None, Surroundings())]


@pytest.mark.parametrize(
    ("region", "is_doubted"),
    [
        ("430100", False),  # Changsha
        ("430181", False),  # a county of it
        ("430000", False),  # the province gave it
        ("000000", False),  # of no region
        ("430200", True),  # Zhuzhou
        ("440300", True),  # Shenzhen
        ("990100", True),  # nowhere
    ],
)
def test_a_code_of_another_prefecture_is_doubted(register, region, is_doubted):
    project = Project.objects.get(code="HN-EI-2023-01")
    project.national_code = f"2304-{region}-04-01-123456"
    assert doubted(project) == ([region] if is_doubted else [])
    project.prefecture = None
    assert doubted(project) == ([region] if region == "990100" else [])
