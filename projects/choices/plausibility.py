"""Kinds of plausibility rules, in which unit the limits of each are, and how much weight a rule has."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .measures import WithUnit


class Importance(TextChoices):
    """What a rule does with what it finds: it is never right; somebody says why it is right; somebody looks at it."""

    REFUSE = "refuse", _("refuse")
    CONFIRM = "confirm", _("confirm with a reason")
    POINT_OUT = "point-out", _("point out")


class LimitUnit(TextChoices):
    """What the limit of a rule is a number of; `NONE`: it has no limit."""

    NONE = "none", _("no limit")
    CNY = "CNY", _("CNY")
    TIMES = "times", _("times")
    PERCENT = "percent", _("percent")
    YEARS = "years", _("years")
    MONTHS = "months", pgettext_lazy("limit", "months")
    HUNDREDTHS = "hundredths", _("hundredths")
    POINTS = "points", _("percentage points")
    ENTERPRISES = "enterprises", pgettext_lazy("unit", "enterprises")
    LETTERS = "letters", _("letters")


class PlausibilityKind(WithUnit):
    """What a rule looks at, and the unit of its limit; the checks themselves are in `plausibility/rules.py`."""

    FLOOR = "floor", LimitUnit.CNY, _("floor of the list")
    TOKEN_AMOUNT = "token-amount", LimitUnit.CNY, _("token amount")
    OTHER_UNIT = "other-unit", LimitUnit.TIMES, _("amount in another unit")
    SCALE = "scale", LimitUnit.TIMES, _("amount beyond all others")
    TARGET = "target", LimitUnit.TIMES, _("target against the list")
    ZERO_TARGET = "zero-target", LimitUnit.NONE, _("target of zero")
    REVENUE = "revenue", LimitUnit.TIMES, _("revenue against investment")
    PLAN = "plan", LimitUnit.PERCENT, _("plan against investment")
    ZERO_PLAN = "zero-plan", LimitUnit.NONE, _("plan of zero")
    SPENT_BEFORE = "spent-before", LimitUnit.PERCENT, _("disbursement before the year")
    CARRIED_FORWARD = "carried-forward", LimitUnit.PERCENT, _("disbursement carried forward")
    NAME = "name", LimitUnit.NONE, _("name on the list twice")
    CODE = "code", LimitUnit.NONE, _("form of the code")
    NATIONAL_CODE = "national-code", LimitUnit.NONE, _("date and region of the national project code")
    SOURCE_PROVINCE = "source-province", LimitUnit.NONE, _("source province")
    START = "start", LimitUnit.YEARS, _("start against the list's year")
    FINISH = "finish", LimitUnit.NONE, _("finish against the list's year")
    MEMBERSHIP = "membership", LimitUnit.NONE, _("days on the list")
    OFF_LIST = "off-list", LimitUnit.NONE, _("reports of months off the list")
    DECISION = "decision", LimitUnit.NONE, _("day of a plan's decision")
    YEAR_TO_DATE = "year-to-date", LimitUnit.NONE, _("negative year to date")
    PRODUCTION = "production", LimitUnit.NONE, _("production without disbursement")
    STAGE = "stage", LimitUnit.NONE, _("order of stages")
    ENTERPRISES = "enterprises", LimitUnit.NONE, _("enterprises of a plant")
    CONSTRUCTION_START = "construction-start", LimitUnit.MONTHS, _("start in another month")
    AFTER_LEAVING = "after-leaving", LimitUnit.NONE, _("month off the list")
    OUTLIER = "outlier", LimitUnit.HUNDREDTHS, _("outlier of the month's share")
    REACHED = "reached", LimitUnit.NONE, _("milestone in the future")
    RAISED = "raised", LimitUnit.NONE, _("problem in the future")
    DUE = "due", LimitUnit.NONE, _("problem's deadline")
    PUBLISHED_FIGURE = "published-figure", LimitUnit.NONE, _("published figure taken away")
    LOWER_BASIS = "lower-basis", LimitUnit.NONE, _("basis lowered")
    WORDS = "words", LimitUnit.LETTERS, _("words that say nothing")
    IN_ALL = "in-all", LimitUnit.PERCENT, _("all years against investment")
    MONTH_OF_PLAN = "month-of-plan", LimitUnit.PERCENT, _("month against the year's plan")
    FORECAST = "forecast", LimitUnit.PERCENT, _("forecast against the year's plan")
    FORECAST_BELOW = "forecast-below", LimitUnit.NONE, _("forecast below what is disbursed")
    MANY_ENTERPRISES = "many-enterprises", LimitUnit.ENTERPRISES, _("enterprises of one month")
    SOLVED = "solved", LimitUnit.NONE, _("problem solved in the future")
    FAR_DATE = "far-date", LimitUnit.YEARS, _("date far away")
    COUNTY = "county", LimitUnit.NONE, _("county of another prefecture")
    EXAMPLE_NAME = "example-name", LimitUnit.NONE, _("illustrative name of a real project")
    NO_MONTH = "no-month", LimitUnit.NONE, _("on the list in no month")
    NEW_WITH_SPENDING = "new-with-spending", LimitUnit.NONE, _("new project with earlier disbursement")
    PART_OF_TARGET = "part-of-target", LimitUnit.NONE, _("target above its whole")
    LIGHT_LIMITS = "light-limits", LimitUnit.POINTS, _("narrow limits of lights")

    unit: LimitUnit
