"""What the records of a figure rest on: told alike for a page and a file, and no record is made that is not looked at."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from projects.database import prepared_records
from projects.history.revisions import writing
from projects.models import MonthlyReport, Project
from projects.provenance.evidence import evidence
from projects.totals.explanation import explanation

from ..asking import scope_of

ONE_OF_EACH_KIND = ("total_investment", "planned_disbursement", "disbursed", "reports_missing", "problems_raised")


@pytest.fixture(autouse=True)
def readable(public_read):
    """The public may read here."""


def codes():
    return list(Project.objects.order_by("code").values_list("code", flat=True))


@pytest.mark.parametrize("figure", ONE_OF_EACH_KIND)
def test_as_many_as_a_file_has_are_told_the_same_as_a_page(figure, province, monkeypatch):
    for user in (province, AnonymousUser()):
        scope = scope_of(user, {"programme": "2023"})
        of_page = evidence(scope, figure, codes())
        assert figure == "problems_raised" or len(of_page) == 42
        with monkeypatch.context() as patched:
            patched.setattr(prepared_records, "_MOST_KEYS", 3)
            assert evidence(scope, figure, codes()) == of_page


def test_a_report_is_made_once_for_all_that_name_the_same(province, monkeypatch):
    scope, made = scope_of(province, {"programme": "2023"}), []
    of_class = MonthlyReport.from_db.__func__
    monkeypatch.setattr(
        MonthlyReport, "from_db", classmethod(lambda cls, *row: made.append(row) or of_class(cls, *row))
    )
    told = evidence(scope, "disbursed", [each.code for each in explanation(scope, "disbursed").records])
    assert len(told) > 20
    assert len(made) == len({(each.basis, each.source, each.reported_by) for each in told.values()})


def test_the_last_change_is_that_of_any_report_which_counts_in_what_it_says(province):
    code = "HN-EI-2023-13"
    scope = scope_of(province, {"programme": "2023", "through": "2023-04"})
    first = evidence(scope, "disbursed", [code])[code].revision

    def written(month, **fields):
        report = MonthlyReport.objects.get(entry__project__code=code, entry__programme__year=2023, month=month)
        with writing(user=province, reason="x") as draft:
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
