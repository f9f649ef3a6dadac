"""Help for the reviewer of the province, who decides what counts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .tasks import Picture, Role, Task

PROVINCE = Role(
    "province",
    _("Reviewer of the province"),
    _("You approve or return reports, decide proposals and see to it that the month is complete."),
    (
        Task(
            "review",
            _("Review reports"),
            (
                _("My tasks says how many reports wait. Press Review; those that change most come first."),
                _(
                    "Open one: it stands there whole. Of a report that comes again each change since the last "
                    "time is marked."
                ),
                _("Before you approve, the page says what the total of the province becomes."),
                _(
                    "Press Approve, or write a comment and press Return; the next report opens. By key: A "
                    "approves, R returns, J and K go to the next and the previous one."
                ),
                _("Nobody can approve a report that he or she submitted."),
            ),
            Picture("review", _("Reports that wait for review, and what approving them changes")),
        ),
        Task(
            "close-month",
            _("See that a month is complete"),
            (
                _("Open Needs attention, then Rounds: reports received, approved and outstanding for each prefecture."),
                _(
                    "Reminders go out by e-mail before the due date; after it, those whose report is overdue "
                    "get another."
                ),
                _(
                    "The month counts on all pages when its round has closed with nearly all reports approved. "
                    "Until then the pages show the last closed month, and say how many of the open one are in."
                ),
            ),
            Picture("rounds", _("The months of a year: due date, asked, received, approved")),
        ),
        Task(
            "decide",
            _("Decide a proposal"),
            (
                _("My tasks says how many proposals wait. Open one: present value, proposed value, reason, document."),
                _("The page says which totals it changes, and by how much."),
                _(
                    "A new project of a prefecture is no proposal: it stands in the register at once, for all readers, and "
                    "in no total until you accept its place on the list."
                ),
                _("Accept or decline; give the reason. Who proposed it is told. An accepted one can be undone."),
            ),
        ),
        Task(
            "problems",
            _("Follow problems"),
            (
                _("Needs attention, then Problems: open ones, with who is responsible and the deadline."),
                _("Press Update to write what was done, or to close a problem that is solved."),
                _("What is overdue stands in the tasks of whoever is responsible."),
            ),
        ),
    ),
)
