"""Help for the bureau of a prefecture, which reports its projects every month."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .tasks import Picture, Role, Task

BUREAU = Role(
    "bureau",
    _("Prefecture"),
    _("You report your own projects every month and propose changes of what was announced."),
    (
        Task(
            "report",
            _("Report a month"),
            (
                _("Sign in. My tasks is the first page: what was returned, what is due, until when."),
                _("Press Report. All projects that need a report stand in one sheet, one line each."),
                _(
                    "Choose the unit at the top, million CNY or billion CNY; it is remembered. An amount "
                    "with its unit is read as it says."
                ),
                _(
                    "Type the amount of the month in each line; a month without work is 0. Enter and the arrow "
                    "keys go from cell to cell. What is unusual is said beside the cell and does not stop you."
                ),
                _(
                    "Where a project is more than the limit behind the pro-rata plan, give the reason and the "
                    "measures in the panel at the right."
                ),
                _(
                    "Press Submit; by keyboard, Ctrl+Enter leads from a cell to the fields beside it and from there to "
                    "Submit. Lines that are complete go to the province for review; the others stay with you and say "
                    "what is missing. Saved means saved on the server; drafts count in no total."
                ),
                _(
                    "A returned report stands first in My tasks, with the comment. Press Correct, change what it asks "
                    "for and submit again: the reviewer sees what changed."
                ),
            ),
            Picture(
                "sheet", _("The sheet of a month: one line for each project, amounts, stage, state, and the total")
            ),
        ),
        Task(
            "paste",
            _("Paste from Excel or WPS"),
            (
                _("Copy the block there: amounts alone, or several columns as they stand in the sheet."),
                _("Go to the first cell it belongs in and press Ctrl+V. The block fills lines and columns from there."),
                _(
                    "Cells that could not be read keep their old value, are marked and listed with the reason: "
                    "click one to go there."
                ),
                _("Ctrl+Z takes the whole block back. A block can be copied out of the sheet in the same way."),
            ),
        ),
        Task(
            "import",
            _("Import a workbook"),
            (
                _(
                    "Open Imports under My tasks. Choose your own workbook, or copy the table in Excel or WPS and paste it; "
                    "say what its rows are, of which year and month."
                ),
                _(
                    "Where a head is not one of the known words, or an amount has no unit, say what the column is. "
                    "That is remembered for your next table with these heads."
                ),
                _(
                    "Look at the cells: new, changed, refused with the reason, in conflict. Select where you are asked: "
                    "which project, which sector, whose value. What is refused comes as a workbook with its faults "
                    "marked: correct it there and send it."
                ),
                _(
                    "Give the reason and confirm: all of it is written in one revision, your figures as draft reports or "
                    "proposals, as if you had typed them. Undo takes all of it back as long as nobody has gone on from it."
                ),
            ),
        ),
        Task(
            "keep",
            _("Keep milestones and problems"),
            (
                _(
                    "Open the project, or Milestones or Problems under Needs attention. Add a milestone or a problem "
                    "there; of a problem say who is to solve it and by when."
                ),
                _(
                    "At a milestone press Update: the day it was reached, or the day now expected and the reason of "
                    "the move."
                ),
                _(
                    "At a problem press Update for what was done, and Change for another deadline, another solver or "
                    "other words. My tasks says what is overdue and what is due soon."
                ),
                _(
                    "If somebody else changed the same meanwhile, both are shown side by side; choose, and save again. "
                    "Nothing you typed is lost."
                ),
            ),
            Picture(
                "problems", _("Problems of a prefecture: kind, state, who solves it, deadline, what was done last")
            ),
        ),
        Task(
            "propose",
            _("Propose a change"),
            (
                _(
                    "Open the project and press Propose a change. Totals that were announced are changed only "
                    "in this way."
                ),
                _("Enter the new value and the reason; name the document that says so."),
                _(
                    "The proposal waits for the province and stands in no total until it is accepted. My tasks "
                    "says when it is answered."
                ),
            ),
            Picture("propose", _("The form of a proposal: present value, new value, reason")),
        ),
    ),
)
