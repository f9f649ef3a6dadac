"""Measures of targets and figures of claims: what a number is of, and in which unit."""

from typing import Any, Self

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WithUnit(TextChoices):
    """A closed list whose members have a unit: the value that is stored, the unit, the label."""

    unit: Any

    def __new__(cls, value: str, unit: Any) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.unit = value, unit
        return member


class Unit(TextChoices):
    CNY = "CNY", _("CNY")
    PROJECTS = "projects", pgettext_lazy("unit", "projects")
    ENTERPRISES = "enterprises", pgettext_lazy("unit", "enterprises")
    REPORTS = "reports", pgettext_lazy("unit", "reports")
    PROBLEMS = "problems", pgettext_lazy("unit", "problems")
    PERCENT = "percent", _("percent")
    DATE = "date", _("date")


class Measure(WithUnit):
    """What a target of a programme is a number of, and in which `unit`."""

    PROJECT_COUNT = "project_count", Unit.PROJECTS, _("number of projects")
    TOTAL_INVESTMENT = "total_investment", Unit.CNY, _("total investment")
    PLANNED_DISBURSEMENT = "planned_disbursement", Unit.CNY, _("planned disbursement of the year")
    EXPECTED_REVENUE = "expected_revenue", Unit.CNY, _("expected annual revenue at full capacity")
    TRANSFERRED_COUNT = "transferred_count", Unit.PROJECTS, _("projects transferred from other provinces")
    ENTERPRISES_ATTRACTED = "enterprises_attracted", Unit.ENTERPRISES, _("enterprises attracted")
    DISBURSED = "disbursed", Unit.CNY, _("disbursed")
    DISBURSED_OF_PLAN = "disbursed_of_plan", Unit.CNY, _("% of plan")
    MINIMUM_PROJECT_INVESTMENT = "minimum_project_investment", Unit.CNY, _("minimum investment per project")
    STARTED_COUNT = "started_count", Unit.PROJECTS, _("projects started")
    TRIAL_PRODUCTION_COUNT = "trial_production_count", Unit.PROJECTS, _("projects in trial production")
    OUTPUT_VALUE = "output_value", Unit.CNY, _("output value that stands for revenue")
    AT_FLOOR_COUNT = "at_floor_count", Unit.PROJECTS, _("projects at or below the minimum investment")
    CONTINUING_COUNT = "continuing_count", Unit.PROJECTS, _("continuing projects")
    ABOVE_PLAN_COUNT = "above_plan_count", Unit.PROJECTS, _("projects above their plan for the year")
    EIGHTY_PERCENT_COUNT = "eighty_percent_count", Unit.PROJECTS, _("projects at 80% of their plan or more")
    IN_PRODUCTION_COUNT = "in_production_count", Unit.PROJECTS, _("projects in production")
    REPORTS_IN = "reports_in", Unit.REPORTS, _("reports received")
    REPORTS_APPROVED = "reports_approved", Unit.REPORTS, _("reports approved")
    REPORTS_LATE = "reports_late", Unit.REPORTS, _("reports late")
    REPORTS_MISSING = "reports_missing", Unit.REPORTS, _("reports outstanding")
    PROBLEMS_RAISED = "problems_raised", Unit.PROBLEMS, _("problems")
    PROBLEMS_CLOSED = "problems_closed", Unit.PROBLEMS, _("problems closed")
    FORECAST = "forecast", Unit.CNY, _("reported forecast for the year")

    unit: Unit

    @property
    def header(self) -> str:
        """Return its name as the head of a column, or by itself: with a capital, and short."""
        return str(_HEADERS.get(self) or capfirst(self.label))


_HEADERS = {Measure.PROJECT_COUNT: _("Projects"), Measure.PLANNED_DISBURSEMENT: _("Annual plan")}


class TargetKind(TextChoices):
    """Who says a target's number, and in which role."""

    ANNOUNCED = "announced", _("announced")
    REVISED = "revised", _("revised")
    MONITORED = "monitored", _("monitored")
    REPORTED = "reported", pgettext_lazy("target", "reported")


class Relation(TextChoices):
    """How a target's number is meant; the rules are `projects.totals.targets.is_met`."""

    EXACTLY = "exactly", _("exactly")
    AT_LEAST = "at least", _("at least")
    MORE_THAN = "more than", _("more than")
    ABOUT = "about", pgettext_lazy("relation", "about")


class Verdict(TextChoices):
    """What a sum says of a number that was announced for it."""

    MET = "met", pgettext_lazy("verdict", "met")
    NOT_MET = "not_met", pgettext_lazy("verdict", "not met")
    EQUAL = "equal", pgettext_lazy("verdict", "equal")
    DIFFERS = "differs", pgettext_lazy("verdict", "differs")
    CANNOT_BE_TESTED = "cannot_be_tested", pgettext_lazy("verdict", "cannot be tested")
    TOO_FEW = "too_few", pgettext_lazy("verdict", "too few to tell")
    SHORT_LIST = "short_list", pgettext_lazy("verdict", "the list is not complete")


class Withheld(TextChoices):
    """Why a ratio is not given."""

    NOTHING = "nothing_to_compare", _("nothing to compare")
    TOO_FEW = "too_few", _("too few have both")


class ClaimFigure(TextChoices):
    """The figure of a project that a published statement is about."""

    TOTAL_INVESTMENT = "total_investment", _("total investment")
    EXPECTED_REVENUE = "expected_revenue", _("expected annual revenue at full capacity")
    START = "start", _("start")
    FINISH = "finish", _("finish")
    YEAR_PLAN_PROGRESS = "year_plan_progress", _("share of the year's plan")

    @property
    def is_of_project(self) -> bool:
        """Whether a project has the figure itself, so that a claim about it can be adopted."""
        return self != ClaimFigure.YEAR_PLAN_PROGRESS

    @property
    def unit(self) -> Unit:
        if self in (ClaimFigure.START, ClaimFigure.FINISH):
            return Unit.DATE
        return Unit.PERCENT if self == ClaimFigure.YEAR_PLAN_PROGRESS else Unit.CNY
