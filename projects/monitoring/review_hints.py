"""Review hints: what to look at twice in a report, as pure rules over the figures at hand.

Whether a month is unlike the months before it is not among them: that is a plausibility rule (`plausibility/rules.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Hint(TextChoices):
    """In the order in which they are told."""

    NEGATIVE = "negative", _("takes back earlier amounts")
    FIRST_MONEY = "first-money", _("first money ever disbursed")
    ABOVE_PLAN = "above-plan", _("year to date above the year's plan")
    FORECAST_BELOW = "forecast-below", _("forecast below what is done")
    UNEXPLAINED = "unexplained", _("behind plan without reason or measure")
    LATE = "late", _("submitted late")


@dataclass(frozen=True)
class Reviewed:
    """A report under review. Amounts in CNY; None where they are not known.

    `amount` is of the month, `last` of the month before, `before` of January to the month before. `had_money` says
    whether something was disbursed in earlier years, as far as is known.
    """

    amount: int
    last: int | None = None
    before: int = 0
    had_money: bool = False
    month_plan: Fraction | None = None
    year_plan: int | None = None
    forecast: int | None = None
    must_explain: bool = False
    is_explained: bool = True
    is_late: bool = False

    @property
    def year_to_date(self) -> int:
        return self.before + self.amount

    @property
    def change(self) -> int | None:
        """Against the month before."""
        return None if self.last is None else self.amount - self.last


def hints(report: Reviewed) -> list[Hint]:
    """Everything that stands out, in the order of `Hint`."""
    found = set(_against_before(report)) | set(_against_plan(report))
    if report.must_explain and not report.is_explained:
        found.add(Hint.UNEXPLAINED)
    if report.is_late:
        found.add(Hint.LATE)
    return [hint for hint in Hint if hint in found]


def _against_before(report: Reviewed) -> list[Hint]:
    if report.amount < 0:
        return [Hint.NEGATIVE]
    return [Hint.FIRST_MONEY] if report.amount > 0 and not (report.before or report.had_money) else []


def _against_plan(report: Reviewed) -> list[Hint]:
    found = []
    if report.year_plan is not None and report.year_to_date > report.year_plan:
        found.append(Hint.ABOVE_PLAN)
    if report.forecast is not None and report.forecast < report.year_to_date:
        found.append(Hint.FORECAST_BELOW)
    return found
