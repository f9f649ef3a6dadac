"""Help for whoever reads: leaders and analysts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .tasks import Picture, Role, Task

READERS = Role(
    "readers",
    _("Leader or analyst"),
    _("You want to know how far the programme is, what is behind and why, and what the numbers are based on."),
    (
        Task(
            "overview",
            _("Read the first screen"),
            (
                _("The heading is the answer: how much was disbursed, against which plan, how far behind."),
                _(
                    "Below stand both plans, the projects with the largest gaps with their reason, and what may"
                    " not be concluded."
                ),
                _(
                    "The bar above says the programme, the months and the day of the data. Change one: all "
                    "pages follow, and every link keeps it."
                ),
            ),
            Picture("overview", _("The first screen of the overview")),
        ),
        Task(
            "figure",
            _("See what a number is made of"),
            (
                _(
                    "Press a number. Its page says what it is and lists the records that it is the sum of, each "
                    "with its source or reporter."
                ),
                _("Below are its formula, how many records have data, what was published, and what changed it."),
                _("Copy the permanent link to show somebody the same number later."),
            ),
            Picture("figure", _("The page of a figure: its value, what it is, its records")),
        ),
        Task(
            "find",
            _("Find, filter and take along"),
            (
                _("Press / and type: projects, enterprises, sectors, prefectures, figures and pages are searched."),
                _(
                    "On the list of projects choose filters; press a head to sort by it. Each condition can be "
                    "taken away."
                ),
                _("At the head of each table are its files: Excel, CSV, JSON. They hold exactly what is shown."),
                _("Printing a page puts the question, the day and the address on paper and leaves the controls out."),
            ),
            Picture("projects", _("The list of projects with its filters, its files and the totals below")),
        ),
        Task(
            "past",
            _("Look at a past day"),
            (
                _(
                    "Choose a day in the third menu of the bar. Everything is shown as it was known then; a "
                    "frame says so."
                ),
                _("Compare shows what became known since, record by record."),
                _("The log of changes says who changed what, when and why."),
            ),
        ),
    ),
)
