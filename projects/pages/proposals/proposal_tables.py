"""Tables of proposals: the queue, and of one of them its fields and what the totals would become."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import ProposalState
from projects.exports.columns import LineColumn
from projects.exports.files import in_chunks
from projects.models import Proposal

from .. import formatting
from ..plain_columns import OneOf, choice, count, number_and_unit, words
from ..sort_heads import SortColumn
from ..table_columns import of_project, text
from ..table_files import PageTable, table_of_lines
from .effect_rows import EffectRow
from .proposal_rows import FieldLine, proposal_lines


def queue_table(rows: Any, *, user: Any) -> PageTable:
    """A line for each field of each proposal, in the order of the page."""

    def lines() -> Iterator[list[OneOf]]:
        for some in in_chunks(rows):
            yield [OneOf(each, one) for each in proposal_lines(some, user=user) for one in each.fields]

    return PageTable("proposals", _("Proposals"), queue_columns(), lines, None)


def queue_columns() -> list[SortColumn]:
    state = choice(_("State"), attrgetter("about.proposal.state"), ProposalState)
    answered = (
        text(_("Answered by"), lambda each: _name(each.about.proposal.answered_by)),
        text(_("Answered at"), lambda each: _minute(each.about.proposal.answered_at)),
    )
    return [
        count(pgettext("proposal", "Number"), attrgetter("about.proposal.pk"))._replace(numeric=False),
        SortColumn("", _("Project"), kind="name", in_files=of_project(attrgetter("about.proposal.project"))),
        words(
            _("What is proposed"),
            attrgetter("said.label"),
            text(pgettext("proposal", "Original"), attrgetter("said.original")),
            text(pgettext("proposal", "Proposed"), attrgetter("said.proposed")),
        ),
        words(_("Reason"), attrgetter("about.proposal.reason")),
        words(
            _("Proposed by"),
            lambda each: _name(each.about.proposal.proposed_by),
            text(_("Proposed at"), lambda each: _minute(each.about.proposal.proposed_at)),
        ),
        state._replace(in_files=(*state.in_files, *answered)),
    ]


def _name(person: Any) -> str:
    return person.display_name if person else ""


def _minute(moment: Any) -> str:
    return formatting.minute(moment) if moment else ""


def proposal_tables(
    proposal: Proposal, fields: Sequence[FieldLine], effects: Sequence[EffectRow]
) -> dict[str, PageTable]:
    now = pgettext("proposal", "Current") if proposal.is_open else pgettext("proposal", "Outcome")
    said = attrgetter("current") if proposal.is_open else _outcome
    columns = [
        words(_("Field"), attrgetter("label")),
        words(pgettext("proposal", "Original"), attrgetter("original")),
        words(pgettext("proposal", "Proposed"), attrgetter("proposed")),
        words(now, said),
    ]
    title = " · ".join([_("Proposal %(number)s") % {"number": proposal.pk}, proposal.project.code])
    return {
        "fields": table_of_lines(f"proposal-{proposal.pk}", title, columns, fields),
        "effects": table_of_lines(
            f"proposal-{proposal.pk}-effects", _("Effect on the totals"), _columns_of_effects(), effects
        ),
    }


def _outcome(line: FieldLine) -> str:
    words = {True: _("taken into the register"), False: _("present value kept")}
    return words[line.taken] if line.taken is not None else pgettext("proposal", "unchanged")


def _columns_of_effects() -> list[SortColumn]:
    def value(name: str) -> Any:
        def of(row: EffectRow) -> Any:
            figure = getattr(row.effect, name)
            return None if figure.value is None else formatting.in_its_unit(figure.value, figure.unit)

        return of

    def unit(row: EffectRow) -> str:
        return formatting.unit_name(row.effect.now.unit)

    return [
        words(
            _("Total of"),
            lambda row: _("Programme of %(year)s") % {"year": row.effect.year},
            text(_("Sector"), attrgetter("effect.place")),
        ),
        words(_("Figure"), lambda row: formatting.sentence_case(str(row.effect.now.label))),
        number_and_unit(pgettext("effect", "Now"), value("now"), unit),
        count(_("If accepted"), value("then")),
        SortColumn(
            "",
            _("Coverage"),
            in_files=(
                LineColumn(_("Projects with data"), attrgetter("effect.then.known")),
                LineColumn(_("of projects"), attrgetter("effect.then.of")),
            ),
        ),
    ]
