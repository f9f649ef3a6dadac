"""Page `/proposals/`: what waits for the province first; for users who propose, what was answered first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.access import get_access
from projects.choices import ProposalState
from projects.models import Proposal
from projects.totals.scope import Scope

from .. import formatting, links
from ..decorators import get_choice_parameter, page, readers_only
from ..downloads import files_of, table_download
from ..list_pages import PAGE
from ..monitoring.tabs import switch
from ..parameters import accepts_parameters
from ..tables import FILES, FORMAT, ChoiceColumn, Column, NumberColumn, Table, basis_column, project_columns
from .proposal import FieldLine, get_field_lines, get_value_words

ALL, WAITING = "all", "waiting"
SHOWN = (ALL, WAITING, *ProposalState.values)


@page
@accepts_parameters("state", "sort", PAGE, *FILES)
@readers_only
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposals that the reader sees, by state and page."""
    visible = Proposal.objects.visible_to(request.user)
    shown = get_choice_parameter(request, "state", SHOWN)
    waiting = Proposal.objects.waiting_for(request.user)
    waiting_keys = set(waiting.order_by().values_list("pk", flat=True))
    counts = _counts(visible) | {WAITING: len(waiting_keys)}
    found = {ALL: visible, WAITING: waiting}.get(shown, visible.filter(state=shown))
    scope, decides = Scope.from_request(request), get_access(request.user).writes_all
    rows = [QueueRow(each) for each in _sort_by_turn(found.with_names().with_undoing(), waiting_keys)]
    if request.GET.get(FORMAT):  # a file has a row for each field
        words = get_value_words()
        rows = [QueueRow(row.proposal, field) for row in rows for field in get_field_lines(row.proposal, words)]
    caption = _("What waits for a decision first") if decides else _("What was answered first")
    table = Table(
        request, "proposals", _("Proposals"), _columns(request.user), rows, caption=caption, css="top", paginated=True
    )
    if file := table_download(request, scope, [table]):
        return file
    labels = {
        ALL: pgettext("proposals", "all"),
        WAITING: pgettext("proposals", "waiting for you"),
        **dict(ProposalState.choices),
    }
    context = {
        "scope": scope,
        "title": table.title,
        "decides": decides,
        "waiting": counts[ProposalState.SUBMITTED],
        "news": counts[WAITING],
        "switches": [
            switch(request, "state", state, str(labels[state]), shown=shown, count=counts[state]) for state in SHOWN
        ],
        "table": table,
        "pages": table.pages,
        "any": bool(counts[ALL]),
        "files": [*table.files, *files_of(request, "proposals", _api_parameters(shown))] if rows else [],
    }
    return render(request, "proposals/queue.html", context)


class QueueRow(NamedTuple):
    """A proposal, or in files one of its fields."""

    proposal: Any
    field: FieldLine | None = None


def _columns(user: Any) -> list[Column]:
    words = get_value_words()

    def get_field_text(name: str) -> Callable[[QueueRow], Any]:
        return lambda row: row.field and getattr(row.field, name)

    def in_file(label: str, value: Callable[[QueueRow], Any], kind: type[Column] = Column) -> Column:
        return kind(name="", label=label, value=value, on_page=False)

    number = pgettext("proposal", "Number")
    project, *others = project_columns("proposal.project", template="proposals/_cell_project.html")
    return [
        Column(
            name="number",
            label=number,
            value=lambda row: _("Proposal %(number)s") % {"number": row.proposal.pk},
            url=lambda row: links.page("proposal", str(row.proposal.pk)),
            sort_value=lambda row: row.proposal.pk,
            in_file=False,
        ),
        in_file(number, lambda row: row.proposal.pk, NumberColumn),
        project,
        *others,
        basis_column(lambda row: row.proposal.project.basis, on_page=False),
        Column(
            name="",
            label=_("What is proposed"),
            value=lambda row: get_field_lines(row.proposal, words),
            template="proposals/_cell_fields.html",
            in_file=False,
        ),
        in_file(_("What is proposed"), get_field_text("label")),
        in_file(pgettext("proposal", "Original"), get_field_text("original")),
        in_file(pgettext("proposal", "Proposed"), get_field_text("proposed")),
        Column(
            name="",
            label=_("Reason"),
            value=lambda row: row.proposal.reason,
            template="proposals/_cell_reason.html",
        ),
        Column(
            name="person",
            label=_("Proposed by"),
            value=lambda row: _name(row.proposal.proposed_by),
            sub=lambda row: _minute(row.proposal.proposed_at),
        ),
        in_file(_("Proposed at"), lambda row: _minute(row.proposal.proposed_at)),
        ChoiceColumn(
            name="state",
            label=_("State"),
            choices=ProposalState,
            value="proposal.state",
            sub=lambda row: row.proposal.has_news and row.proposal.proposed_by_id == user.pk and _("new for you"),
            template="proposals/_cell_state.html",
        ),
        in_file(_("Answered by"), lambda row: _name(row.proposal.answered_by)),
        in_file(_("Answered at"), lambda row: _minute(row.proposal.answered_at)),
    ]


def _name(person: Any) -> str:
    return person.display_name if person else ""


def _minute(moment: Any) -> str:
    return formatting.minute(moment) if moment else ""


def _api_parameters(shown: str) -> list[tuple[str, str]]:
    """Return the parameters by which the API lists the proposals in a state of `SHOWN`."""
    return {ALL: [], WAITING: [("waiting", "true")]}.get(shown, [("state", shown)])


def _counts(visible: QuerySet[Any]) -> dict[str, int]:
    """Return how many there are in each state, and in all."""
    found = visible.order_by().values("state").annotate(number=Count("pk")).values_list("state", "number")
    return dict.fromkeys(ProposalState.values, 0) | dict(found) | {ALL: visible.count()}


def _sort_by_turn(found: Iterable[Any], waiting: set[int]) -> list[Any]:
    """Return what waits for the user, then what is open, then what is done with; what waits longest comes first."""
    ranks = {ProposalState.SUBMITTED: 1, ProposalState.RETURNED: 2}

    def place(proposal: Any) -> tuple[Any, ...]:
        is_open = proposal.state in ranks
        rank = 0 if proposal.pk in waiting else ranks.get(proposal.state, 3)
        return rank, not is_open, proposal.proposed_at.timestamp() if is_open else 0

    newest_first = sorted(found, key=lambda proposal: (proposal.proposed_at, proposal.pk), reverse=True)
    return sorted(newest_first, key=place)
