"""What the pages of a sheet show around its rows: heading, days left, totals, what a button will do; its file; its panel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.access import get_access
from projects.choices import ARRIVED, Measure, PlanKind, ReportState, RoundState, SheetUnit, Stage
from projects.exports.columns import Cell
from projects.history.merging import get_last_row
from projects.models import Entry, MonthlyReport, Round
from projects.models.report import seen_by
from projects.money import READABLE, UNIT_WORDS
from projects.monitoring.review import RecentMonths, recent_months
from projects.monitoring.sheet import AmountSum, SheetTotals, add_amounts, sheet_totals
from projects.pages import formatting, links
from projects.pages.list_pages import Pages
from projects.pages.tables import ChoiceColumn, Column, MoneyColumn, ShareColumn, Table, basis_column, project_columns
from projects.periods import Month
from projects.totals.scope import Scope

from .row_form import IN_THE_GRID, NAMES, format_text, get_heads
from .row_messages import get_doubt_text
from .rows import Row, Sheet
from .sheet_filter import PART, SheetFilter
from .sheet_unit import get_money_form, get_unit_choices

_TALL, _BASE = 44, 48  # pixels of the bars of months: the tallest, and where all stand
_WIDE = 19 / 24  # of a month's place
_NO_AMOUNT = 10  # pixels of the outline of a month without one


def build_context(request: HttpRequest, question: SheetFilter, pages: Pages, rows: list[Row]) -> dict[str, Any]:
    round_ = question.round
    month = round_.month
    links.travel_in(round_.programme.year)
    editable = [row for row in rows if row.editable]
    to_mend = _("{project}: {problem}")
    repeated = [row.now == row.last for row in editable if None not in (row.now, row.last)]
    return {
        "round": round_,
        "month": str(round_.period),
        "scope": Scope(user=request.user, programme=round_.programme),
        "title": title_of(question),
        "lede": formatting.sentences([*_count_asked(question), *_describe_deadline(round_)]),
        "places": question.places if len(question.places) > 1 else [],
        "chosen": question.chosen,
        "previous": _get_month_link(round_, month - 1, question),
        "next": _get_month_link(round_, month + 1, question),
        "units": get_unit_choices(),
        "limit": READABLE,
        "unit_words": UNIT_WORDS,
        "heads": get_heads(month),
        "labels": question.form.labels,
        "against": _get_plan_label(round_),
        "rows": rows,
        "public": (public := get_access(request.user).public),
        # the public sees nothing of a report before it is approved, and so not that nothing is filled in
        "blank": _("no approved report") if public else _("nothing filled in"),
        "part": question.part.label if question.part else "",
        "whole_url": links.same_page(request, without=(PART,)),
        "editable": bool(editable),
        "repeats_last_month": len(repeated) > 1 and all(repeated),
        "corrects_only": all(row.correcting for row in editable),
        "stored": get_stored_text(question),
        "pages": pages,
        "totals": totals_of(question),
        "files": build_sheet_table(request, question).files,
        "mend": [_build_mend_line(row, to_mend) for row in editable if row.errors],
        "to_mend": to_mend,
        **unit_context(question.unit),
        **month_context(question),
        **button_context(rows, question),
    }


def unit_context(unit: SheetUnit) -> dict[str, Any]:
    """Return how amounts are written."""
    form = get_money_form(unit)
    return {
        "unit_code": unit.value,
        "money_form": form,
        "unit": formatting.money_unit(form),
        "decimals": formatting.decimals_of_unit(form),
        "places_shown": formatting.places_of(form),
    }


def month_context(question: SheetFilter) -> dict[str, str]:
    month = question.round.month
    return {
        "in_the_grid": IN_THE_GRID,
        "this_month": formatting.month_name(month),
        "last_month": formatting.month_name(month - 1) if month > 1 else "",
        "to_date": formatting.months(1, month),
    }


def get_stored_text(question: SheetFilter) -> str:
    """Return what the server holds of what was typed and not saved, and since when; '' where that is nothing."""
    drafts = list(question.drafts.values())
    if not drafts:
        return ""
    cells = len([cell for draft in drafts for cell in draft.cells])
    newest = timezone.localtime(max(draft.saved_at for draft in drafts))
    said = ngettext(
        "%(time)s stored on the server: %(count)s cell.", "%(time)s stored on the server: %(count)s cells.", cells
    )
    return said % {"time": f"{newest:%H:%M}", "count": formatting.count(cells)}


def button_context(rows: list[Row], question: SheetFilter) -> dict[str, Any]:
    """What the buttons will do, in figures; and the same sentences with marks for the browser to fill in."""
    counts = Counter(_get_outlook(row) for row in rows if row.editable and not row.correcting)
    ready, mend = counts["ready"], counts["mend"]
    numbers = {name: formatting.count(counts[name]) for name in ("ready", "asks", "mend", "blank")}
    # a sentence that the browser fills in too has braces at its places
    will = _("{ready} can be submitted, {asks} to confirm, {mend} to correct, {blank} not filled in.")
    submit, heading = _("Submit the {count} that can go"), _("{count} to correct")
    form = get_money_form(question.unit)
    handed_in = add_amounts(row.report.disbursed for row in rows if row.report.state in ARRIVED).amount or 0
    after = add_amounts(row.report.disbursed for row in rows if row.is_submittable).amount or 0
    comes_to = _("{place} then comes to {amount} {unit} in {month}, waiting for review.").format(
        place=_get_name_of_sum(question, of_all=not question.part and len(rows) == question.number),
        unit=formatting.money_unit(form),
        month=formatting.month_name(question.round.month),
        amount="{amount}",
    )
    return {
        "ready": ready,
        "will": will.format(**numbers),
        "handed_in": handed_in,
        "comes_to": comes_to.replace("{amount}", formatting.money(int(handed_in + after), form)) if ready else "",
        "submit": submit.format(count=formatting.count(ready)) if ready else _("Submit what can go"),
        "heading": heading.format(count=formatting.count(mend)),
        "patterns": {"will": will, "submit": submit, "heading": heading, "comes_to": comes_to},
    }


def _get_outlook(row: Row) -> str:
    """Return what becomes of an editable row when the sheet is submitted."""
    if row.is_submittable:
        return "ready"
    if row.needs_confirmation:
        return "asks"
    return "mend" if row.started or row.errors else "blank"


def _get_name_of_sum(question: SheetFilter, *, of_all: bool) -> str:
    """Whose amounts are added up: of a prefecture only where all its rows are there, not some pages or states of them."""
    if not of_all:
        return _("What is shown here")
    return question.chosen.name if question.chosen else _("The sheet")


def _build_mend_line(row: Row, pattern: str) -> dict[str, Any]:
    """Return what is to be corrected in a row, with a link to the first field of it; what stands in the panel has its fields
    on the page of the row alone.
    """
    field, texts = next(iter(row.errors)), [text for texts in row.error_texts.values() for text in texts]
    page = "" if field in ("", *IN_THE_GRID) else row.own_page
    return {
        "row": row.key,
        "field": field,
        "text": pattern.format(project=row.project.name, problem=formatting.sentences(list(dict.fromkeys(texts)))),
        "url": f"{page}#f{row.key}-{field}" if field else f"#r{row.key}",
    }


def totals_of(question: SheetFilter) -> SheetTotals:
    """Sums of exactly the entries that are asked for, on whatever page of the sheet they stand, with what is typed there."""
    return sheet_totals(
        question.entries, seen=seen_by(question.user), month=question.round.month, typed=question.amounts
    )


def totals_context(question: SheetFilter) -> dict[str, Any]:
    """Return what the foot of the table needs, for the answer to rows that were stored alone."""
    return {
        "totals": totals_of(question),
        "pages": {"total": question.number},
        **unit_context(question.unit),
        **month_context(question),
    }


def title_of(question: SheetFilter) -> str:
    """The heading of the sheet."""
    values = {"month": formatting.month_of_year(question.round.period)}
    if question.chosen is None:
        return _("Monthly reports, %(month)s") % values
    return _("%(place)s: monthly reports, %(month)s") % {**values, "place": question.chosen.name}


def _count_asked(question: SheetFilter) -> list[str]:
    """Say of how many a report is asked, and of how many none."""
    asked, unasked = question.number, question.numbers["unasked"]
    texts = [ngettext("%(count)s project.", "%(count)s projects.", asked) % {"count": formatting.count(asked)}]
    if unasked and not question.part:
        text = ngettext("%(count)s published one needs none.", "%(count)s published ones need none.", unasked)
        texts.append(text % {"count": formatting.count(unasked)})
    return texts


def _describe_deadline(round_: Round) -> list[str]:
    """Say what the day that counts as today means for the round."""
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


def _get_plan_label(round_: Round) -> str:
    """Which plan percentages are of."""
    rule = round_.programme.light_rule
    return str(PlanKind(rule.against).label if rule else PlanKind.ANNOUNCED.label)


def _get_month_link(round_: Round, number: int, question: SheetFilter) -> dict[str, str]:
    """A link to the sheet of another month of the year; empty when that has no round."""
    if number not in question.months:
        return {}
    chosen = question.chosen if len(question.places) > 1 else None
    query = [("prefecture", chosen.adcode)] if chosen else []
    month = str(Month(round_.programme.year, number))
    return {"url": links.page("round", month, query=query), "label": formatting.month_name(number)}


class SheetRows:
    """The rows of a whole sheet as they stand, with what is typed there and not saved, read in slices."""

    def __init__(self, question: SheetFilter) -> None:
        self.question = question

    def __len__(self) -> int:
        return self.question.number

    def __getitem__(self, part: slice) -> list[Row]:
        entries = self.question.page((part.start or 0) + 1, min(part.stop, len(self)))
        return Sheet(self.question, entries).rows() if entries else []


def build_sheet_table(request: HttpRequest, question: SheetFilter) -> Table:
    """Return the whole sheet, for its file; the page writes its own rows."""
    form, months = question.form.money_form, month_context(question)

    def money(name: str, label: str, value: Any) -> Column:
        return MoneyColumn(name=name, label=label, value=value, form=form)

    columns = [
        *project_columns("project"),
        basis_column("project.basis"),
        money("plan", Measure.PLANNED_DISBURSEMENT.header, "entry.planned_disbursement"),
        *([money("last", months["last_month"], "last")] if months["last_month"] else []),
        money("now", question.form.get_label("disbursed"), "now"),
        money("year_to_date", _("%(months)s, total") % {"months": months["to_date"]}, "year_to_date"),
        ShareColumn(name="share", label=Measure.DISBURSED_OF_PLAN.header, value="share"),
        ChoiceColumn(label=pgettext("report", "Stage"), choices=Stage, value="report.stage"),
        ChoiceColumn(label=_("State"), choices=ReportState, value="state"),
    ]

    def below(columns: Sequence[Column]) -> list[list[Cell]]:
        """Return what the sheet comes to, and of how many rows."""
        totals = totals_of(question)
        sums = {name: getattr(totals, name) for name in ("plan", "last", "now", "year_to_date")}
        sums["share"] = AmountSum(None, totals.with_share, totals.plan.of)
        rows: list[list[Cell]] = [[_("Total")], [_("Projects with data")], [_("of projects")]]
        for column in columns[1:]:
            known = sums.get(column.name)
            value = totals.share if column.name == "share" else known and known.amount
            cells = (column.number(value), known.known, known.of) if known else (None, None, None)
            for row, cell in zip(rows, cells, strict=True):
                row.append(cell)
        return rows

    name = f"reports-{question.round.period}"
    return Table(request, name, title_of(question), columns, SheetRows(question), order="", below=below)  # type: ignore[arg-type]


def build_row_context(request: HttpRequest, question: SheetFilter, entry: Entry) -> dict[str, Any]:
    """Return what the page and the panel of a row need."""
    sheet, round_ = Sheet(question, [entry]), question.round
    row, form = sheet.row(entry), question.form.money_form
    links.travel_in(round_.programme.year)
    recent = recent_months(
        row.report, sheet.get_earlier_reports(entry), _get_last_year(entry, question), rules=question.rules
    )
    return {
        "round": round_,
        "month": str(round_.period),
        "scope": Scope(user=request.user, programme=round_.programme),
        "row": row,
        "public": False,
        "months": _build_recent_lines(recent, row),
        "chart": month_bars(recent, form=form),
        "unusual": recent.doubt and get_doubt_text(recent.doubt, form),
        "changes": _get_changes(row),
        "last": get_last_row(MonthlyReport, row.report.pk) if row.report.pk else None,
        **unit_context(question.unit),
        **month_context(question),
    }


def _get_last_year(entry: Entry, question: SheetFilter) -> dict[int, int | None]:
    """What the project disbursed in the months of the year before, as approved."""
    year = question.round.programme.year - 1
    found = MonthlyReport.objects.visible_to(question.user).approved()
    of_year = found.filter(entry__project=entry.project_id, entry__programme__year=year, month__gt=question.round.month)
    return dict(of_year.values_list("month", "disbursed"))


def _build_recent_lines(recent: RecentMonths, row: Row) -> list[dict[str, Any]]:
    """The months as a table has them: those of last year of which nothing is known in one line."""
    known = [each.amount is not None or each.month.year == recent.latest.month.year for each in recent.months]
    unknown = known.index(True)
    lines: list[dict[str, Any]] = [
        {"month": each.month, "amount": each.amount, "share": each.share, "url": _get_report_url(row, each.month)}
        for each in recent.months[unknown:]
    ]
    if unknown:
        first, last = recent.months[0].month, recent.months[unknown - 1].month
        lines.insert(0, {"month": first, "until": last if last != first else None, "amount": None, "share": None})
    return lines


def _get_report_url(row: Row, month: Month) -> str:
    return row.report_url if month == row.report.period else links.report(row.project.code, str(month))


def _get_changes(row: Row) -> list[dict[str, str]]:
    """Return what was typed and is not saved: field, what the register says, what the cell says now."""
    form, cells = row.question.form, row.draft.cells if row.draft else ()
    return [
        {
            "name": name,
            "label": form.get_label(name),
            "text": row.register.get(name, ""),
            "before": format_text(name, row.register.get(name, "")),
            "after": format_text(name, row.texts.get(name, "")),
        }
        for name in NAMES
        if name in cells
    ]


def month_bars(recent: RecentMonths, *, form: str) -> dict[str, Any]:
    """Return a bar for each month, the last of them in outline: it is not reported yet."""
    most = max([*(done.amount for done in recent.months if done.amount is not None), recent.median or 0, 1])
    place, bars = 100 / len(recent.months), []
    for number, done in enumerate(recent.months):
        text = "—" if done.amount is None else formatting.shortest_money(done.amount, form)
        tall = _NO_AMOUNT if done.amount is None else max(float(done.amount / most) * _TALL, 0.5)
        bars.append(
            {
                "drawn": "m-none" if done.amount is None else "b-now" if done is recent.latest else "m-done",
                "x": f"{place * (number + (1 - _WIDE) / 2):.2f}%",
                "width": f"{place * _WIDE:.2f}%",
                "y": f"{_BASE - tall:.1f}",
                "height": f"{tall:.1f}",
                "title": f"{done.month}: {text}",
            }
        )
    titles = {"unit": formatting.money_unit(form), "months": "; ".join(bar["title"] for bar in bars)}
    has_median = recent.median is not None
    return {
        "bars": bars,
        "label": _("Disbursed in the last 12 months, %(unit)s: %(months)s") % titles,
        "median": formatting.shortest_money(round(recent.median or 0), form) if has_median else "",
        "median_y": f"{_BASE - float((recent.median or 0) / most) * _TALL:.1f}" if has_median else "",
        "first": recent.months[0].month,
        "last": recent.latest.month,
    }
