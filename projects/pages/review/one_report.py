"""One report under review: the whole of it beside its last submission, where it stands in the queue, what approving does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.models import MonthlyReport
from projects.models.fields import code_asked
from projects.monitoring.review import ApprovalEffect, after_in_queue, approval_effect, before_in_queue, waiting_in_all
from projects.monitoring.running_totals import report_standing
from projects.pages import formatting, links
from projects.pages.notes.note_display import get_notes
from projects.pages.reports.report_months import reported_months
from projects.pages.reports.whole_report import WholeReport, build_exchange, build_whole_report, get_submissions
from projects.totals.scope import Scope

from .review_acts import ReviewAttempt, get_newest_decision
from .review_queue import OPEN, ReviewQueue, ReviewRow, build_review_rows, with_projects

_BEFORE, _AFTER = 3, 8  # lines of the queue that stand beside it


@dataclass(frozen=True)
class OpenedReport:
    """A report that waits, and those before and after it in the queue; `place` begins with 1."""

    queue: ReviewQueue
    report: MonthlyReport
    before: list[MonthlyReport]
    after: list[MonthlyReport]
    place: int

    @classmethod
    def from_queue(cls, queue: ReviewQueue, code: str) -> Self | None:
        """The report of a project; None where it does not wait, or not any more. Four queries."""
        found = with_projects(queue.waiting.filter(entry__project__code=code_asked(code))).first()
        if found is None:
            return None
        earlier, later = before_in_queue(queue.shown, found), after_in_queue(queue.shown, found)
        before = list(with_projects(earlier).reverse()[:_BEFORE])[::-1]
        return cls(queue, found, before, list(with_projects(later)[:_AFTER]), earlier.count() + 1)

    @property
    def previous(self) -> str:
        """The code of the project before it; empty for the first."""
        return self.before[-1].entry.project.code if self.before else ""

    @property
    def following(self) -> str:
        return self.after[0].entry.project.code if self.after else ""


def build_report_context(request: HttpRequest, opened: OpenedReport, attempt: ReviewAttempt) -> dict[str, Any]:
    queue, report = opened.queue, opened.report
    programme, number = queue.programme, queue.month.number
    beside = build_review_rows([*opened.before, report, *opened.after], programme, number, user=request.user)
    row = next(row for row in beside if row.report.pk == report.pk)
    submissions = get_submissions(report)
    previous = submissions[-2] if len(submissions) > 1 else None
    whole = build_whole_report(
        report,
        _get_standing(row, report.disbursed),
        previous=previous,
        previously=_get_standing(row, previous.disbursed) if previous is not None else None,
    )
    scope, in_all = Scope(user=request.user, programme=programme), waiting_in_all(queue.shown)
    return {
        "scope": scope,
        "title": _("%(project)s: report of %(month)s")
        % {"project": report.entry.project.name, "month": formatting.month_of_year(queue.month)},
        "month": queue.month,
        "month_name": formatting.month_name(number),
        "report": report,
        "own": row.is_own,
        "attempt": attempt,
        "lede": _lede(report, len(submissions), previous, whole),
        "again": previous is not None,
        "hints": row.hints,
        "choice": row.choice,
        "whole": whole,
        "months": reported_months(report, _get_reports_of_year(request, report)),
        "exchange": build_exchange(report, submissions),
        "notes": get_notes(request, programme=programme, report=report),
        "effect": _get_effect_texts(approval_effect(scope, report), number),
        "place": opened.place,
        "waiting": in_all,
        "previous_url": _get_opening_url(request, opened.previous),
        "next_url": _get_opening_url(request, opened.following),
        "queue_url": links.same_page(request, without=(OPEN,), month=str(queue.month)),
        "queue": [(row, _get_opening_url(request, row.project.code)) for row in beside],
        "unit": formatting.money_unit(),
        "decision": get_newest_decision(request, scope),
    }


def _get_standing(row: ReviewRow, amount: int | None) -> Any:
    rule, month = row.report.entry.programme.light_rule, row.report.month
    return report_standing(amount, before=row.reviewed.before, month=month, plan=row.plan, rule=rule)


def _get_reports_of_year(request: HttpRequest, report: MonthlyReport) -> list[MonthlyReport]:
    """The reports of its year until its month."""
    visible = MonthlyReport.objects.visible_to(request.user).filter(entry=report.entry_id, month__lte=report.month)
    found = list(visible.order_by("month"))
    for other in found:
        other.entry = report.entry
    return found


def _get_opening_url(request: HttpRequest, code: str) -> str:
    return links.same_page(request, open=code) if code else ""


def _lede(report: MonthlyReport, number: int, previous: Any, whole: WholeReport) -> str:
    """Which submission it is, of when and by whom, and what changed in it."""
    who = report.submitted_by.display_name if report.submitted_by else ""
    when = formatting.minute(report.submitted_at) if report.submitted_at else ""
    said = [_("Submission %(number)s, %(when)s, %(who)s.") % {"number": max(number, 1), "when": when, "who": who}]
    if previous is None:
        return said[0]
    changed = len(whole.changed)
    told = ngettext("%(count)s line changed", "%(count)s lines changed", changed) % {"count": changed}
    computed = len([line for line in whole.changed if line.computed])
    values = {"changed": told, "computed": computed, "unchanged": len(whole.lines) - changed}
    said.append(_("%(changed)s (%(computed)s of them computed), %(unchanged)s did not.") % values)
    if previous.disbursed != report.disbursed:
        amounts = {
            "month": formatting.month_name(report.month),
            "before": formatting.exact_money(previous.disbursed),
            "after": formatting.exact_money(report.disbursed or 0),
            "unit": formatting.money_unit(),
        }
        said.append(_("%(month)s went from %(before)s to %(after)s %(unit)s.") % amounts)
    return formatting.sentences(said)


def _get_effect_texts(effect: ApprovalEffect, month: int) -> list[str]:
    """What approving it does, in figures."""
    name = formatting.month_name(month)
    said = [
        _("After approval: %(then)s of %(asked)s reports of %(month)s are approved, %(now)s now.")
        % {"then": effect.approved_then, "asked": effect.asked, "month": name, "now": effect.approved},
        _("The total of %(months)s goes from %(now)s to %(then)s %(unit)s.")
        % {
            "months": formatting.months(1, month),
            "now": formatting.money(effect.done),
            "then": formatting.money(effect.done_then),
            "unit": formatting.money_unit(),
        },
    ]
    if effect.goes_to != effect.shown:
        said.append(_("%(month)s is complete with it: all pages show it from then on.") % {"month": name})
    elif effect.shown and effect.shown != month:
        shown = {"months": formatting.months(1, effect.shown), "month": name}
        said.append(_("Pages stay with %(months)s until %(month)s is complete.") % shown)
    return said
