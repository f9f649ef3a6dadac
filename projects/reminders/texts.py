"""Texts of the e-mails: in the language of the account, else in the site's with the other one below.

The subject is in the first of these alone. They are addressed to the person and signed by the office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.choices import ProposalAction, ReportState
from projects.models import Entry, MonthlyReport, Problem, Programme, Proposal, ProposalEvent, ReportEvent, Round
from projects.periods import Month
from projects.text import listing, site_address, with_label
from sectors.models import in_language

NAMED = 40  # lines of each kind; the rest is counted
RULE = "\n\n" + "-" * 30 + "\n\n"
_SEE = gettext_lazy("See: %(link)s")
_NEXT = {
    ProposalAction.RETURN.value: gettext_lazy("Correct it and propose it again here: %(link)s"),
    ProposalAction.COMMENT.value: gettext_lazy("Read and answer here: %(link)s"),
}


def reminder_text(each: Round, entries: list[Entry], *, user: Any) -> tuple[str, str]:
    """Subject and body for one who reports."""
    return _letter(user, lambda: _reminder_subject(each), lambda: _reminder_lines(each, entries))


@dataclass(frozen=True)
class WaitingWork:
    """What waits for the province: reports and proposals for a decision, late entries by round, overdue problems."""

    reports: list[MonthlyReport]
    late: list[tuple[Round, list[Entry]]]
    problems: list[Problem]
    proposals: list[Proposal]


def digest_text(programme: Programme, waits: WaitingWork, *, user: Any) -> tuple[str, str]:
    """Subject and body for one who reviews."""

    def subject() -> str:
        shown = {"year": programme, "day": programme.today.isoformat(), "what": listing(_in_short(waits))}
        return _("Programme of %(year)s, %(day)s: %(what)s") % shown

    def lines() -> list[str]:
        parts = []
        if waits.reports:
            parts.append(_for_review(waits.reports))
        if waits.proposals:
            parts.append(_for_decision(waits.proposals))
        parts += [_late(each, entries) for each, entries in waits.late]
        if waits.problems:
            parts.append(_overdue(programme, waits.problems))
        return parts

    return _letter(user, subject, lines)


def answer_text(event: ProposalEvent) -> tuple[str, str]:
    """Subject and body for whoever proposed a change: what somebody else did or said."""
    proposal = event.proposal

    def subject() -> str:
        shown = {"number": proposal.pk, "code": proposal.project.code, "action": event.get_action_display()}
        return _("Proposal %(number)s about %(code)s: %(action)s") % shown

    def lines() -> list[str]:
        about = _("%(who)s on %(when)s, about %(code)s %(name)s: %(action)s.") % {
            "who": event.user.display_name,
            "when": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
            "code": proposal.project.code,
            "name": proposal.project.name,
            "action": event.get_action_display(),
        }
        said = [event.comment] if event.comment else []
        link = {"link": site_address("proposal", str(proposal.pk))}
        return [about, *said, _NEXT.get(event.action, _SEE) % link]

    return _letter(proposal.proposed_by, subject, lines)


def returned_text(events: Sequence[ReportEvent], *, user: Any) -> tuple[str, str]:
    """Subject and body for who submitted reports that came back together, with what was said of each."""

    def subject() -> str:
        first = events[0].report
        shown = {"count": len(events), "month": _month_name(first.period), "code": first.entry.project.code}
        text = ngettext(
            "Monthly report of %(month)s returned: %(code)s",
            "Monthly reports of %(month)s returned: %(count)s projects",
            len(events),
        )
        return text % shown

    def lines() -> list[str]:
        about = _("%(who)s on %(when)s: returned for correction.") % {
            "who": events[0].user.display_name,
            "when": f"{timezone.localtime(events[0].at):%Y-%m-%d %H:%M}",
        }
        parts = []
        for comment, group in groupby(sorted(events, key=lambda each: each.comment), key=lambda each: each.comment):
            same = list(group)
            named = (f"{each.report.entry.project.code} {each.report.entry.project.name}" for each in same)
            parts.append(_listed(comment, named, len(same)))
        months = sorted({each.report.period for each in events})
        link = _("Correct and submit again here: %(link)s")
        return [
            about,
            *parts,
            *(link % {"link": f"{site_address('round', str(month))}?show=returned"} for month in months),
        ]

    return _letter(user, subject, lines)


def _letter(user: Any, subject: Callable[[], str], lines: Callable[[], list[str]]) -> tuple[str, str]:
    subjects, bodies = [], []
    for language in _languages_of(user):
        with translation.override(language):
            subjects.append(subject())
            bodies.append("\n\n".join([_greeting(user), *lines(), _signature(language)]))
    return subjects[0], RULE.join(bodies) + "\n"


def _languages_of(user: Any) -> list[str]:
    """The one that the account names, else all, the site's own first."""
    codes = [code for code, _name in settings.LANGUAGES]
    return [user.language] if user.language in codes else sorted(codes, key=lambda code: code != settings.LANGUAGE_CODE)


def _greeting(user: Any) -> str:
    return _("Dear %(name)s,") % {"name": user.display_name} if user.has_name else _("Dear colleague,")


def _signature(language: str) -> str:
    return "\n".join([settings.OFFICE_NAMES[language], _("Key-project monitor")])


def _month_name(month: Month) -> str:
    return in_language(f"{month.year}年{month.number}月", f"{MONTHS[month.number]} {month.year}")


def _reminder_subject(each: Round) -> str:
    shown = {
        "month": _month_name(each.period),
        "day": each.due.isoformat(),
        "until": each.punctual_until.isoformat(),
        "count": abs(each.days_left),
    }
    if each.days_left > 0:
        text = ngettext(
            "Reminder: monthly report of %(month)s due in %(count)s day (%(day)s)",
            "Reminder: monthly report of %(month)s due in %(count)s days (%(day)s)",
            each.days_left,
        )
    elif each.days_left == 0:
        text = _("Reminder: monthly report of %(month)s due today (%(day)s)")
    elif each.programme.today <= each.punctual_until:
        text = _("Reminder: monthly report of %(month)s was due on %(day)s, counted as on time until %(until)s")
    else:
        text = ngettext(
            "Overdue: monthly report of %(month)s overdue for %(count)s day (%(day)s)",
            "Overdue: monthly report of %(month)s overdue for %(count)s days (%(day)s)",
            -each.days_left,
        )
    return text % shown


def _reminder_lines(each: Round, entries: list[Entry]) -> list[str]:
    told = ngettext(
        "%(count)s project has no submitted report for %(month)s yet:",
        "%(count)s projects have no submitted report for %(month)s yet:",
        len(entries),
    ) % {"count": len(entries), "month": _month_name(each.period)}
    days = _("Due on %(due)s; counted as on time until %(until)s; the round closes on %(closes)s.") % {
        "due": each.due.isoformat(),
        "until": each.punctual_until.isoformat(),
        "closes": each.closes.isoformat(),
    }
    link = _("Report here: %(link)s") % {"link": site_address("round", str(each.period))}
    return [_listed(told, (_entry_line(entry) for entry in entries), len(entries)), days, link]


def _entry_line(entry: Any) -> str:
    state = getattr(entry, "report_state", None)
    return _bracketed(f"{entry.project.code} {entry.project.name}", ReportState(state).label if state else "")


def _in_short(waits: WaitingWork) -> list[str]:
    """What is to be done, for the subject."""
    late = len([entry for _round, entries in waits.late for entry in entries])
    reports, proposals, problems = len(waits.reports), len(waits.proposals), len(waits.problems)
    told = (
        (reports, ngettext("%(count)s report to review", "%(count)s reports to review", reports)),
        (proposals, ngettext("%(count)s proposal to decide", "%(count)s proposals to decide", proposals)),
        (late, ngettext("%(count)s report overdue", "%(count)s reports overdue", late)),
        (problems, ngettext("%(count)s problem overdue", "%(count)s problems overdue", problems)),
    )
    return [text % {"count": count} for count, text in told if count]


def _bracketed(text: str, notes: Any) -> str:
    return _("%(text)s (%(notes)s)") % {"text": text, "notes": notes} if notes else text


def _for_review(reports: list[MonthlyReport]) -> str:
    told = ngettext("%(count)s report waits for review:", "%(count)s reports wait for review:", len(reports)) % {
        "count": len(reports)
    }
    lines = (f"{report.period} {report.entry.project.code} {report.entry.project.name}" for report in reports)
    return _listed(told, lines, len(reports)) + "\n" + _("Review here: %(link)s") % {"link": site_address("review")}


def _for_decision(proposals: list[Proposal]) -> str:
    told = ngettext(
        "%(count)s proposal waits for a decision:", "%(count)s proposals wait for a decision:", len(proposals)
    ) % {"count": len(proposals)}
    lines = (
        _bracketed(
            f"{timezone.localdate(each.proposed_at)} {each.project.code} {each.project.name}",
            each.proposed_by.display_name,
        )
        for each in proposals
    )
    return (
        _listed(told, lines, len(proposals)) + "\n" + _("Decide here: %(link)s") % {"link": site_address("proposals")}
    )


def _late(each: Round, entries: list[Entry]) -> str:
    told = ngettext(
        "%(count)s report for %(month)s is late (it was due on %(day)s):",
        "%(count)s reports for %(month)s are late (they were due on %(day)s):",
        len(entries),
    ) % {"count": len(entries), "month": _month_name(each.period), "day": each.due.isoformat()}
    link = _SEE % {"link": site_address("round", str(each.period))}
    return _listed(told, (_entry_line(entry) for entry in entries), len(entries)) + "\n" + link


def _overdue(programme: Programme, problems: list[Problem]) -> str:
    told = ngettext("%(count)s problem is overdue:", "%(count)s problems are overdue:", len(problems)) % {
        "count": len(problems)
    }
    lines = (
        _bracketed(
            with_label(f"{problem.due} {problem.project.code} {problem.project.name}", problem.get_kind_display()),
            problem.solver,
        )
        for problem in problems
    )
    link = f"{site_address('problems')}?programme={programme.year}&state=overdue&mine=true"
    return _listed(told, lines, len(problems)) + "\n" + _SEE % {"link": link}


def _listed(told: str, lines: Iterable[str], count: int) -> str:
    shown = [line for line, _number in zip(lines, range(NAMED), strict=False)]
    more = [_("… and %(count)s more") % {"count": count - NAMED}] if count > NAMED else []
    return "\n".join([told, *(f"  {line}" for line in [*shown, *more])])
