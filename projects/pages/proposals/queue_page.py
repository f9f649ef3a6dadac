"""`/proposals/`: what waits for the province first; for whoever proposes, what was answered first."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.access import get_access
from projects.choices import ProposalState
from projects.models import Proposal
from projects.totals.scope import Scope

from .. import formatting, links
from ..decorators import one_of, page, readers_only
from ..files import files_of
from ..list_pages import PAGE, PAGE_SIZE, pages_of
from ..monitoring.tabs import switch
from ..parameters import reads
from ..sort_heads import sort_heads
from ..table_files import FILES, file_asked, file_links
from .proposal_rows import proposal_lines
from .proposal_tables import queue_columns, queue_table

ALL, WAITING = "all", "waiting"
SHOWN = (ALL, WAITING, *ProposalState.values)


@page
@reads("state", PAGE, *FILES)
@readers_only
def proposals(request: HttpRequest) -> HttpResponse:
    """The proposals that the reader sees, by state and page."""
    visible = Proposal.objects.visible_to(request.user)
    shown = one_of(request, "state", SHOWN)
    waiting = Proposal.objects.waiting_for(request.user)
    counts = _counts(visible) | {WAITING: waiting.count()}
    found = {ALL: visible, WAITING: waiting}.get(shown, visible.filter(state=shown))
    every, scope = _in_order(found, request.user).with_names().with_undoing(), Scope.from_request(request)
    if file := file_asked(request, scope, {"proposals": partial(queue_table, every, user=request.user)}):
        return file
    pages = pages_of(request, counts[shown])
    first = pages.first - 1
    rows = every[first : first + PAGE_SIZE]
    decides = get_access(request.user).writes_all
    context = {
        "scope": scope,
        "title": _("Proposals"),
        "lede": _lede(counts, decides=decides, news=counts[WAITING]),
        "decides": decides,
        "switches": [_switch(request, state, shown, counts) for state in SHOWN],
        "lines": proposal_lines(rows, user=request.user),
        "pages": pages,
        "any": bool(counts[ALL]),
        "heads": sort_heads(request, "", "", queue_columns()),
        "files": file_links(request),
        "every_field": files_of("proposals", _asked(shown)),
    }
    return render(request, "proposals/queue.html", context)


def _asked(shown: str) -> list[tuple[str, str]]:
    """What is shown in the words of the API."""
    return {ALL: [], WAITING: [("waiting", "true")]}.get(shown, [("state", shown)])


def _counts(visible: QuerySet[Any]) -> dict[str, int]:
    """How many there are in each state, and in all."""
    found = visible.order_by().values("state").annotate(number=Count("pk")).values_list("state", "number")
    return dict.fromkeys(ProposalState.values, 0) | dict(found) | {ALL: visible.count()}


def _in_order(found: Any, user: Any) -> Any:
    """What waits for the reader, then what is open, then what is done with; those that wait longest first."""
    waiting = Proposal.objects.waiting_for(user).order_by().values("pk")
    rank = Case(
        When(pk__in=waiting, then=Value(0)),
        When(state=ProposalState.SUBMITTED, then=Value(1)),
        When(state=ProposalState.RETURNED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    open_since = Case(When(state__in=[ProposalState.SUBMITTED, ProposalState.RETURNED], then=F("proposed_at")))
    return found.order_by(rank, open_since.asc(nulls_last=True), "-proposed_at", "-pk")


def _switch(request: HttpRequest, state: str, shown: str, counts: dict[str, int]) -> links.PageLink:
    words = {ALL: pgettext("proposals", "all"), WAITING: pgettext("proposals", "waiting for you")}
    label = words.get(state) or str(ProposalState(state).label)
    return switch(request, "state", state, label, shown=shown, count=counts[state])


def _lede(counts: dict[str, int], *, decides: bool, news: int) -> str:
    if decides:
        waiting = counts[ProposalState.SUBMITTED]
        if not waiting:
            return _("Nothing waits for a decision.")
        text = ngettext("%(count)s proposal waits for a decision.", "%(count)s proposals wait for a decision.", waiting)
        return text % {"count": formatting.count(waiting)}
    if not news:
        return _("What is not accepted yet stands in no total.")
    text = ngettext(
        "%(count)s proposal of yours has news. What is not accepted yet stands in no total.",
        "%(count)s proposals of yours have news. What is not accepted yet stands in no total.",
        news,
    )
    return text % {"count": formatting.count(news)}
