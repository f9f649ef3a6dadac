"""What the records of a figure rest on: told alike for a page and for all of them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from projects.history.revisions import create_revision
from projects.models import MonthlyReport, Project
from projects.provenance.origins import evidence

from ..asking import scope_of

ONE_OF_EACH_KIND = ("total_investment", "planned_disbursement", "disbursed", "reports_missing", "problems_raised")


@pytest.fixture(autouse=True)
def readable(public_read):
    """The public may read here."""


def codes():
    return list(Project.objects.order_by("code").values_list("code", flat=True))


@pytest.mark.parametrize("figure", ONE_OF_EACH_KIND)
def test_all_are_told_the_same_as_those_of_a_page(figure, province):
    for user in (province, AnonymousUser()):
        scope = scope_of(user, {"programme": "2023"})
        of_all = evidence(scope, figure)
        assert figure == "problems_raised" or len(of_all) == 42
        for code in codes()[:3]:
            assert evidence(scope, figure, [code]) == {key: each for key, each in of_all.items() if key == code}


def test_the_last_change_is_that_of_any_report_which_counts_in_what_it_says(province):
    code = "HN-EI-2023-13"
    scope = scope_of(province, {"programme": "2023", "through": "2023-04"})
    first = evidence(scope, "disbursed", [code])[code].revision

    def written(month, **fields):
        report = MonthlyReport.objects.get(entry__project__code=code, entry__programme__year=2023, month=month)
        with create_revision(user=province, reason="x") as draft:
            for name, value in fields.items():
                setattr(report, name, value)
            report.save()
        return draft.number

    written(4, contact="Somebody else", correction_reason="z")  # is told with no figure
    written(5, disbursed=1, correction_reason="y")  # beyond the months in question
    assert evidence(scope, "disbursed", [code])[code].revision == first
    earlier = written(2, disbursed=1, correction_reason="y")
    told = evidence(scope, "disbursed", [code])[code]
    assert (told.revision, told.changed_by) == (earlier, province.display_name)
