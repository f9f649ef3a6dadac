"""Reports of July 2023, whose round is open in the fixtures, in each state."""

from __future__ import annotations

from typing import Any

from projects.choices import Basis
from projects.history.digests import digest_of
from projects.models import Entry, MonthlyReport
from projects.workflows import reporting

OWN, OTHER_OWN, NEW = "HN-EI-2023-25", "HN-EI-2023-29", "HN-EI-2023-38"  # of Changsha
ELSEWHERE = "HN-EI-2023-39"  # of Zhuzhou
TO_JUNE = 290_290_000  # what OWN has disbursed by June
ENOUGH = 100_000_000  # keeps OWN within the limit that needs no reason
BEHIND = 1_000_000  # does not
JULY = {"project": OWN, "month": "2023-07"}


def entry_of(code: str) -> Entry:
    return Entry.objects.get(project__code=code, programme__year=2023)


def draft(code: str = OWN, *, month: int = 7, **content: Any) -> MonthlyReport:
    report = MonthlyReport(
        entry=entry_of(code), month=month, basis=Basis.ILLUSTRATIVE, **{"disbursed": ENOUGH} | content
    )
    report.save()
    return report


def submitted(user: Any, code: str = OWN, **content: Any) -> MonthlyReport:
    [report] = reporting.submit([draft(code, **content)], user=user)
    return report


def returned(user: Any, reviewer: Any, code: str = OWN, **content: Any) -> MonthlyReport:
    [report] = reporting.send_back([submitted(user, code, **content)], user=reviewer, comment="Too little detail.")
    return report


def approved(user: Any, reviewer: Any, code: str = OWN, **content: Any) -> MonthlyReport:
    [report] = reporting.approve([submitted(user, code, **content)], user=reviewer)
    return report


def state_of(report: MonthlyReport) -> str:
    return MonthlyReport.objects.get(pk=report.pk).state


def path_of(report: MonthlyReport, step: str = "") -> str:
    return f"/reports/{report.pk}/{step}/" if step else f"/reports/{report.pk}/"


def chosen(*reports: MonthlyReport) -> list[dict[str, Any]]:
    """Reports as a step of several names them: each with the version that is stored now."""
    stored = [MonthlyReport.objects.get(pk=report.pk) for report in reports]
    return [{"id": each.pk, "version": digest_of(each)} for each in stored]
