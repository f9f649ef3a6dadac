"""Help for administrators and for whoever connects other systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .tasks import Picture, Role, Task

ADMINISTRATOR = Role(
    "administrator",
    _("Administrator"),
    _("You keep accounts, a year's programme and the reference data."),
    (
        Task(
            "accounts",
            _("Give somebody an account"),
            (
                _("Administration is in the menu under your name. Open Users, press Add, set a name and a password."),
                _(
                    "Add a grant: role, and for a prefecture which one. Without a grant nothing of the work can"
                    " be seen."
                ),
                _(
                    "The roles province and administrator wait until a second administrator ticks them in the list of"
                    " grants and chooses Confirm the selected roles. Nobody changes their own roles."
                ),
                _(
                    "An account is never deleted: take away Active. Its history stays, its sessions and tokens end for"
                    " good."
                ),
            ),
            Picture("administration", _("The first page of the administration")),
        ),
        Task(
            "new-year",
            _("Prepare a new year"),
            (
                _("Add the programme of the year, then its targets, each with its source."),
                _("Put projects on its list, with the planned disbursement of the year."),
                _("Make its twelve rounds in one form: opening, due date, grace period."),
                _(
                    "The list by workbook: Imports, under My tasks, offers that of the next year begun from this one; the "
                    "province fills it in and sends it."
                ),
            ),
        ),
        Task(
            "correct",
            _("Correct many records"),
            (
                _("Search and filter the list, tick the records, choose the action and press Go."),
                _("Look at the preview: each record before and after. Give the reason and confirm."),
                _("Every change is one revision and can be undone as a whole from the log of changes."),
            ),
        ),
        Task(
            "jobs",
            _("See what is done in the background"),
            (
                _("Administration lists the jobs: what runs, waits and failed, and why."),
                _("Tick a failed one and choose Try again, once its cause is gone. What is cancelled, nobody does."),
                _("What failed or was cancelled has stored nothing, and nothing is stored twice."),
            ),
        ),
    ),
)

INTEGRATOR = Role(
    "integrator",
    _("Other systems"),
    _("You read or write the register by program."),
    (
        Task(
            "token",
            _("Make a token"),
            (
                _("In the menu under your name open Tokens, name the system and choose reading or writing."),
                _("Copy the token at once: it is shown a single time. It can be bound to addresses and prefectures."),
                _(
                    "Send it as the header Authorization: Token …; revoke it on the same page when it is no "
                    "longer needed."
                ),
            ),
        ),
        Task(
            "ask",
            _("Ask for data"),
            (
                _(
                    "The API is in the footer. Each operation is described, with its parameters, and can be "
                    "tried there."
                ),
                _("Amounts are whole CNY; every total says how many records have data."),
                _("Send If-None-Match with the ETag you have: 304 means that nothing changed."),
            ),
        ),
        Task(
            "follow",
            _("Be told of changes"),
            (
                _("In the menu under your name open Webhooks and enter the address that is to be called."),
                _("Each message is signed and carries its revision; what could not be delivered is sent again."),
                _("Or read the changes since the last revision you know, as often as you like."),
            ),
        ),
    ),
)
