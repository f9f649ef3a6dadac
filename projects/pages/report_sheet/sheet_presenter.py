"""Presenter of a sheet: what its page says around its rows: heading, days left, totals, what a button will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.access import get_access
from projects.choices import ARRIVED, PlanKind, RoundState, SheetUnit, Stage
from projects.models import ReportDraft, Round
from projects.models.report import seen_by
from projects.money import READABLE, UNIT_WORDS
from projects.monitoring.sheet import SheetTotals, add_amounts, sheet_totals
from projects.pages import formatting, links
from projects.pages.list_pages import Pages
from projects.pages.table_files import file_links
from projects.periods import Month
from projects.totals.scope import Scope

from .row_fields import IN_THE_GRID, heads, labels
from .sheet_filter import PART, SheetQuestion
from .sheet_rows import SheetRow
from .sheet_unit import form_of, units


@dataclass(frozen=True)
class Mend:
    """Something to mend: where, and what. `own_page` is of the row alone, where the fields of the panel are."""

    row: int
    field: str
    text: str
    own_page: str

    @property
    def in_the_grid(self) -> bool:
        return self.field in ("", *IN_THE_GRID)


def context_of(request: HttpRequest, question: SheetQuestion, pages: Pages, rows: list[SheetRow]) -> dict[str, Any]:
    round_ = question.round
    month = round_.month
    links.travel_in(round_.programme.year)
    editable = [row for row in rows if row.editable]
    return {
        "round": round_,
        "month": str(round_.period),
        "scope": Scope(user=request.user, programme=round_.programme),
        "title": title_of(question),
        "lede": formatting.sentences(_lede(question, pages)),
        "state_label": _state(round_),
        "is_closed": round_.state == RoundState.CLOSED,
        "places": question.places if len(question.places) > 1 else [],
        "chosen": question.chosen,
        "previous": _month(round_, month - 1, question),
        "next": _month(round_, month + 1, question),
        "units": units(),
        "is_signed_in": request.user.is_authenticated,
        "limit": READABLE,
        "unit_words": UNIT_WORDS,
        "heads": heads(month),
        "labels": labels(month),
        "against": _against(round_),
        "rows": rows,
        "public": get_access(request.user).public,
        "part": question.part.label if question.part else "",
        "whole_url": links.same_page(request, without=(PART,)),
        "editable": bool(editable),
        "is_posted": request.method == "POST",
        "corrects_only": all(row.correcting for row in editable),
        "stored": stored_words(list(question.drafts.by_entry.values())),
        "pages": pages,
        "totals": totals_of(question),
        "files": file_links(request) if rows else [],
        "mend": [
            Mend(row.key, name, _to_mend(project=row.project.name, problem=said.text), row.own_page)
            for row in editable
            for name, all_said in row.errors.items()
            for said in all_said
        ],
        **written_in(question.unit),
        **names_of_months(question),
        **counted(rows, question),
    }


def written_in(unit: SheetUnit) -> dict[str, Any]:
    """How amounts are written, and what a field to choose from offers."""
    form = form_of(unit)
    return {
        "unit_code": unit.value,
        "form": form,
        "unit": formatting.money_unit(form),
        "decimals": formatting.decimals_of_unit(form),
        "places_shown": formatting.places_of(form),
        "is_exact": unit == SheetUnit.SMALL,
        "stages": [(stage.value, formatting.sentence_case(str(stage.label))) for stage in Stage],
    }


def names_of_months(question: SheetQuestion) -> dict[str, str]:
    month = question.round.month
    return {
        "this_month": formatting.month_name(month),
        "last_month": formatting.month_name(month - 1) if month > 1 else "",
        "to_date": formatting.months(1, month),
    }


def stored_words(drafts: list[ReportDraft]) -> str:
    """What the server holds of what was typed and not saved, and since when; '' where that is nothing."""
    if not drafts:
        return ""
    cells = len([cell for draft in drafts for cell in draft.cells])
    newest = timezone.localtime(max(draft.saved_at for draft in drafts))
    said = ngettext(
        "%(time)s stored on the server: %(count)s cell.", "%(time)s stored on the server: %(count)s cells.", cells
    )
    return said % {"time": f"{newest:%H:%M}", "count": formatting.count(cells)}


def counted(rows: list[SheetRow], question: SheetQuestion) -> dict[str, Any]:
    """What the buttons will do, in figures; and the same sentences with marks for the browser to fill in."""
    editable = [row for row in rows if row.editable and not row.correcting]
    ready, asks = len([row for row in editable if row.goes]), len([row for row in editable if row.asks])
    blank = len([row for row in editable if not row.started and not row.errors])
    mend = len(editable) - ready - asks - blank
    counts = {"ready": ready, "asks": asks, "mend": mend, "blank": blank}
    numbers = {name: formatting.count(number) for name, number in counts.items()}
    will = _("%(ready)s can be submitted, %(asks)s to confirm, %(mend)s to correct, %(blank)s not filled in.")
    submit = _("Submit the %(count)s that can go")
    heading = _("%(count)s to correct")
    form = form_of(question.unit)
    handed_in = add_amounts(row.report.disbursed for row in rows if row.report.state in ARRIVED).amount or 0
    after = add_amounts(row.report.disbursed for row in rows if row.goes).amount
    with_them = int(handed_in + (after or 0))
    comes_to = _("%(place)s then comes to %(amount)s %(unit)s in %(month)s, waiting for review.")
    named = {
        "place": _name_of_sum(question, of_all=not question.part and len(rows) == question.number),
        "unit": formatting.money_unit(form),
        "month": formatting.month_name(question.round.month),
    }
    return {
        "ready": ready,
        "will": will % numbers,
        "handed_in": handed_in,
        "comes_to": comes_to % {**named, "amount": formatting.money(with_them, form)} if ready else "",
        "submit": submit % {"count": formatting.count(ready)} if ready else _("Submit what can go"),
        "heading": heading % {"count": formatting.count(mend)},
        "patterns": {
            "will": will % {name: "{" + name + "}" for name in numbers},
            "submit": submit % {"count": "{count}"},
            "heading": heading % {"count": "{count}"},
            "comes_to": comes_to % {**named, "amount": "{amount}"},
            "mend": _to_mend(project="{project}", problem="{problem}"),
            "where": _("%(project)s, %(field)s: %(problem)s")
            % {"project": "{project}", "field": "{field}", "problem": "{problem}"},
            "pasted": _("%(rows)s rows by %(columns)s columns pasted: %(filled)s cells filled in, %(refused)s refused.")
            % {name: "{" + name + "}" for name in ("rows", "columns", "filled", "refused")},
        },
    }


def _name_of_sum(question: SheetQuestion, *, of_all: bool) -> str:
    """Whose amounts are added up: of a prefecture only where all its rows are there, not some pages or states of them."""
    if not of_all:
        return _("What is shown here")
    return question.chosen.name if question.chosen else _("The sheet")


def _to_mend(*, project: str, problem: str) -> str:
    return _("%(project)s: %(problem)s") % {"project": project, "problem": problem}


def totals_of(question: SheetQuestion) -> SheetTotals:
    """Sums of exactly the entries that are asked for, on whatever page of the sheet they stand, with what is typed there."""
    month, typed = question.round.month, question.drafts.amounts
    return sheet_totals(question.entries, seen=seen_by(question.user), month=month, typed=typed)


def row_context(row: SheetRow, question: SheetQuestion) -> dict[str, Any]:
    """What the messages of one row need, for the answer to a row that was stored alone."""
    return {"row": row, "public": False, "month": str(question.round.period)}


def totals_context(question: SheetQuestion) -> dict[str, Any]:
    """What the foot of the table needs, for the same."""
    return {
        "totals": totals_of(question),
        "pages": {"total": question.number},
        **written_in(question.unit),
        **names_of_months(question),
    }


def title_of(question: SheetQuestion) -> str:
    """The heading of the sheet."""
    values = {"month": formatting.month_of_year(question.round.period)}
    if question.chosen is None:
        return _("Monthly reports, %(month)s") % values
    return _("%(place)s: monthly reports, %(month)s") % {**values, "place": question.chosen.name}


def _lede(question: SheetQuestion, pages: Pages) -> list[str]:
    """Of how many a report is asked and of how many none; then what the day that counts as today means for the round."""
    asked = ngettext("%(count)s project.", "%(count)s projects.", pages.total)
    unasked = question.numbers["unasked"]
    need_none = ngettext("%(count)s published one needs none.", "%(count)s published ones need none.", unasked)
    return [
        asked % {"count": formatting.count(pages.total)},
        need_none % {"count": formatting.count(unasked)} if unasked and not question.part else "",
        *_when(question.round),
    ]


def _when(round_: Round) -> list[str]:
    days = round_.days_left
    values = {"due": round_.due.isoformat(), "opens": round_.opens.isoformat(), "closes": round_.closes.isoformat()}
    if round_.state == RoundState.PLANNED:
        return [_("The round opens on %(opens)s and is due on %(due)s.") % values]
    if round_.state == RoundState.CLOSED:
        closed = _("The round closed on %(closes)s.") % values
        return [closed, _("What changes now is a correction and says why.")]
    if days < 0:
        late = ngettext("It was due on %(due)s, %(days)s day ago", "It was due on %(due)s, %(days)s days ago", -days)
        ends = _("%(late)s, and closes on %(closes)s.")
        return [ends % {"late": late % {**values, "days": -days}, "closes": values["closes"]}]
    left = ngettext("Due on %(due)s, %(days)s day left.", "Due on %(due)s, %(days)s days left.", days)
    return [left % {**values, "days": days}]


def _state(round_: Round) -> str:
    words = {
        RoundState.PLANNED: pgettext("round", "not open yet"),
        RoundState.OPEN: pgettext("round", "open"),
        RoundState.LATE: pgettext("round", "overdue"),
        RoundState.CLOSED: pgettext("round", "closed"),
    }
    return words[round_.state]


def _against(round_: Round) -> str:
    """Which plan percentages are of."""
    rule = round_.programme.light_rule
    return str(PlanKind(rule.against).label if rule else PlanKind.ANNOUNCED.label)


def _month(round_: Round, number: int, question: SheetQuestion) -> dict[str, str]:
    """A link to the sheet of another month of the year; empty when that has no round."""
    if number not in question.months:
        return {}
    chosen = question.chosen if len(question.places) > 1 else None
    query = [("prefecture", chosen.adcode)] if chosen else []
    month = str(Month(round_.programme.year, number))
    return {"url": links.page("round", month, query=query), "label": formatting.month_name(number)}
