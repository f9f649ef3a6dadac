"""The figures that the province announces, and the two that its months are made of."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import Measure, ProjectKind, Transferred

from .figure import ALWAYS, entry_has, figure, project_has, reports_have

HEADLINES = (
    figure(Measure.PROJECT_COUNT, _("Number of projects."), lambda span: ALWAYS),
    figure(
        Measure.TOTAL_INVESTMENT,
        _("Sum of the projects' total investment, for those that have one."),
        project_has("total_investment"),
    ),
    figure(
        Measure.PLANNED_DISBURSEMENT,
        _("Sum of what is planned to be disbursed in the programme's year, for the list entries that say it."),
        entry_has("planned_disbursement"),
    ),
    figure(
        Measure.EXPECTED_REVENUE,
        _("Sum of the projects' expected revenue a year at full capacity, for those that have one."),
        project_has("expected_revenue"),
    ),
    figure(
        Measure.TRANSFERRED_COUNT,
        _("Number of projects transferred from other provinces; known for those that say yes or no."),
        lambda span: ~Q(transferred=Transferred.UNKNOWN),
        counted=lambda span: Q(transferred=Transferred.YES),
    ),
    figure(
        Measure.ENTERPRISES_ATTRACTED,
        _("Sum of the enterprises that parks report to have attracted, from approved monthly reports."),
        reports_have("enterprises_attracted"),
        applies=lambda span: Q(kind=ProjectKind.PARK),
        by_month=True,
    ),
    figure(
        Measure.DISBURSED,
        _("Sum of the money disbursed in the months shown, from approved monthly reports."),
        reports_have("disbursed"),
        by_month=True,
    ),
)
