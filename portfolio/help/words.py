"""Glossary: the words that pages use for money, lights, coverage and days, each explained once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Text


@dataclass(frozen=True)
class Word:
    name: str
    word: Text
    meaning: Text


WORDS = (
    Word(
        "disbursement",
        _("disbursement"),
        _("Investment completed in a month, as the prefecture reported it and the province approved it."),
    ),
    Word(
        "plan",
        _("planned disbursement of the year"),
        _(
            "What is to be completed in the year. The announced plan is the one published with the list; the "
            "monitored plan is the one that later statements imply. Neither is preferred; they are never added."
        ),
    ),
    Word(
        "pro-rata",
        _("pro-rata plan"),
        _(
            "A twelfth of the year's plan for each month gone. The gap to it is given in money and in "
            "percentage points."
        ),
    ),
    Word(
        "percent-of-plan",
        _("% of plan"),
        _(
            "Disbursement divided by the plan, of exactly the projects that have both. Where too few have both,"
            " it is withheld in words."
        ),
    ),
    Word(
        "lights",
        _("lights"),
        _(
            "Green: on the pro-rata plan, or within the limit. Yellow and red: further behind than the two "
            "limits, started late, or reports missing. Not rated: there is no plan to rate by. The limits stand"
            " at the head of the page of projects that need attention."
        ),
    ),
    Word(
        "coverage",
        _("coverage"),
        _(
            "Complete: every month has an approved report. With gaps: some months are missing, and it says how "
            "many. None: no report at all. A gap is not zero."
        ),
    ),
    Word(
        "with-data",
        _("with data"),
        _("How many of the records have the figure, such as 41 of 42. A dash means not published or not reported."),
    ),
    Word(
        "basis",
        _("published, reported, illustrative"),
        _(
            "A public page says it; a prefecture reported it; or it was made up to stand for what is not "
            "published. Illustrative figures are hatched or carry a ring, and prove nothing."
        ),
    ),
    Word(
        "cannot-be-tested",
        _("cannot be tested"),
        _("A figure holds illustrative records, so it neither agrees with the announced number nor contradicts it."),
    ),
    Word(
        "closed",
        _("closed month, open month"),
        _(
            "A month counts when its round has closed with nearly all reports approved. An open one is shown when "
            "it is asked for, and says how many reports are received."
        ),
    ),
    Word(
        "data-as-at",
        _("data as at"),
        _(
            "The day as of which everything is shown. A day asks when things were published or approved; a "
            "revision asks when they were written into this system."
        ),
    ),
    Word(
        "draft",
        _("draft, submitted, returned, approved"),
        _("The states of a report. Only approved reports are in totals."),
    ),
)
