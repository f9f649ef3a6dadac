"""Rows that a prefecture sends: the codes that its new projects get, and the enterprises that it may name."""

from __future__ import annotations

from projects.choices import Role
from projects.history.revisions import create_revision
from projects.models import Enterprise, Prefecture, Project
from projects.models.base import UNUSABLE
from sectors.models import Sector
from tests.people import person

from .made import faults, verdicts
from .test_register_rows import of

OWN = "HN-EI-2023-24"  # of Changsha


def test_a_prefecture_counts_in_codes_of_its_own(changsha_writer):
    """The next number of the whole list would tell how many projects the others have."""
    rows = [None, "新项目一", 9, 5, "能源电子"], [None, "新项目二", 9, 5, "能源电子"]
    found = of(changsha_writer, *rows)
    assert [row.proposed_code for row in found.rows] == ["HN-EI-430100-2023-01", "HN-EI-430100-2023-02"]
    with create_revision():
        moved = Project(code="HN-EI-430100-2023-02", name_zh="迁出项目", sector=found.rows[0].records[0].sector)
        moved.prefecture = Prefecture.objects.get(adcode="430200")
        moved.save()
    found = of(changsha_writer, *rows)
    assert [row.proposed_code for row in found.rows] == ["HN-EI-430100-2023-01", "HN-EI-430100-2023-03"]


def test_a_prefecture_without_a_project_learns_nothing_of_how_others_code_theirs(register):
    writer = person("zhangjiajie", Role.PREFECTURE_WRITER, "430800")
    assert not Project.objects.visible_to(writer).exists()
    with create_revision():
        for number in (1, 2):
            Project(code=f"ZZ-SECRET-{number}", name_zh=f"密{number}", sector=Sector.objects.first()).save()
    found = of(writer, [None, "新项目一", 9, 5, "能源电子"])
    assert [row.proposed_code for row in found.rows] == ["HN-EI-430800-2023-01"]


def test_an_enterprise_that_one_may_not_see_is_refused_as_any_name_that_cannot_be_used(changsha_writer, province):
    """As the form of a new enterprise refuses it: linked to the project it would be told with its English name."""
    hidden = Enterprise.objects.exclude(pk__in=Enterprise.objects.visible_to(changsha_writer).values("pk")).first()
    heads = ["项目编号", "建设单位"]
    told = faults(of(changsha_writer, [OWN, hidden.name_zh], heads=heads))
    assert told == {"B2": ("unusable", str(UNUSABLE))}
    assert verdicts(of(changsha_writer, [OWN, "长沙新企业"], heads=heads))["B2"][0] == "new"
    assert verdicts(of(province, [OWN, hidden.name_zh], heads=heads))["B2"][0] == "new"
