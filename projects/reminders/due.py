"""E-mails that are due today: today is each programme's own, never the server's clock of a closed year.

Their texts are templates, a folder for each language: `mails/zh/` and `mails/en/`. An e-mail is in the language of the
account, else in the site's with the other one below; the subject is in the first of these alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.template.loader import render_to_string
from django.utils import timezone, translation

from projects.choices import (
    ProposalAction,
    ProposalState,
    ReminderKind,
    ReportAction,
    ReportState,
    Role,
    RoundState,
)
from projects.models import (
    Entry,
    Grant,
    MonthlyReport,
    Problem,
    Programme,
    Proposal,
    ProposalEvent,
    ReminderSent,
    ReportEvent,
    Round,
)
from projects.models.report import TAKEN_BACK_WITHIN
from projects.text import site_address, with_label
from projects.totals.programmes import current_of, programmes_of, with_year_of_record

MOST_LINES = 40  # of a list in an e-mail; the rest is counted
TOLD_WITHIN = dt.timedelta(days=30)  # an answer that could not be sent for so long is on the pages only
RUNNING = (RoundState.OPEN, RoundState.LATE)


@dataclass(frozen=True)
class Mail:
    """One e-mail and what it is remembered by. `day` is the day for which it is meant; a digest has no round.

    An answer to a proposal has neither programme nor round, but the step that it tells of; what was returned has that of
    each report.
    """

    user: Any
    kind: ReminderKind
    programme: Programme | None
    round: Round | None
    day: dt.date
    subject: str
    body: str
    event: ProposalEvent | None = None
    returns: tuple[ReportEvent, ...] = ()

    def __str__(self) -> str:
        """Who gets what: '<a@b.cn> subject'."""
        return f"<{self.user.email}> {self.subject}"


def mails_due() -> Iterator[Mail]:
    """Every e-mail of today, those sent already included: reminders of each running round, digests, answers, returns."""
    rounds = list(Round.objects.select_related("programme").order_by("due", "id"))
    running = [each for each in rounds if each.state in RUNNING]
    writers, reviewers = _writers(), _reviewers()
    for each in running:
        yield from _reminders(each, writers)
    programmes = {each.programme.year: each.programme for each in rounds}
    problems = _overdue_problems(reviewers)
    # a past month may be reported without a round, and waits all the same; so does what a project is hindered by
    has_reports = Q(entries__reports__in=MonthlyReport.objects.submitted())
    waiting = Programme.objects.filter(has_reports | Q(year__in=list(problems))).distinct()
    programmes |= {each.year: each for each in waiting if each.year not in programmes}
    for year, programme in programmes.items():
        own = [each for each in running if each.programme_id == programme.pk]
        # a proposal is of a project, not of a programme: the newest tells of all
        proposals = _undecided() if year == max(programmes) else []
        yield from _digests(programme, own, reviewers, problems[year], proposals)
    yield from _answers()
    yield from _returns()


def meant_for(today: dt.date, due: dt.date) -> dt.date | None:
    """The newest reminder day that has come, None before the first.

    A day on which nothing could be sent is made up for on the next one.
    """
    offsets = [-days for days in settings.REMINDER_DAYS_BEFORE] + list(settings.REMINDER_DAYS_AFTER)
    come = [days for days in offsets if days <= (today - due).days]
    return due + dt.timedelta(days=max(come)) if come else None


def lacking(each: Round) -> QuerySet:
    """The entries of a round without a submitted or approved report; `report_state` is that of a begun one."""
    reports = MonthlyReport.objects.filter(entry=OuterRef("pk"), month=each.month)
    found = each.entries().filter(~Exists(reports.received()))
    return (
        found.annotate(report_state=Subquery(reports.values("state")[:1]))
        .select_related("project__prefecture")
        .order_by("project__code")
    )


def _reminders(each: Round, writers: dict[Any, set[int]]) -> Iterator[Mail]:
    day = meant_for(each.programme.today, each.due)
    if day is None:
        return
    by_prefecture: dict[int | None, list[Entry]] = defaultdict(list)
    for entry in lacking(each):
        by_prefecture[entry.project.prefecture_id].append(entry)
    kind = ReminderKind.BEFORE if day <= each.due else ReminderKind.AFTER
    for user, prefectures in writers.items():
        entries = [entry for key, found in by_prefecture.items() if key in prefectures for entry in found]
        if entries:
            entries.sort(key=lambda entry: entry.project.code)
            subject, body = write_letter("reminder", user, _reminder_context, each, entries)
            yield Mail(user, kind, each.programme, each, day, subject, body)


def _undecided() -> list[Proposal]:
    found = Proposal.objects.filter(state=ProposalState.SUBMITTED)
    return list(found.select_related("project", "proposed_by").order_by("proposed_at", "id"))


def _overdue_problems(reviewers: list[Any]) -> dict[int, list[Problem]]:
    """By the year in which tasks count them, that of the project's record: each once, and late by the day of that year."""
    found: dict[int, list[Problem]] = defaultdict(list)
    if not reviewers:
        return found
    programmes = programmes_of(reviewers[0])  # all of whom see the same
    current, today = current_of(programmes), {each.year: each.today for each in programmes}
    unsolved = with_year_of_record(Problem.objects.open(), current and current.year)
    rows = unsolved.filter(due__isnull=False, year__isnull=False).select_related("project")
    for problem in rows.order_by("due", "project__code"):
        if problem.due < today[problem.year]:
            found[problem.year].append(problem)
    return found


def _digests(
    programme: Programme,
    running: list[Round],
    reviewers: Iterable[Any],
    problems: list[Problem],
    proposals: list[Proposal],
) -> Iterator[Mail]:
    waiting = MonthlyReport.objects.submitted().filter(entry__programme=programme)
    reports = list(
        waiting.select_related("entry__project", "entry__programme").order_by("month", "entry__project__code")
    )
    late = [(each, list(lacking(each))) for each in running if each.state == RoundState.LATE]
    late = [(each, entries) for each, entries in late if entries]
    for user in reviewers:
        to_review = [each for each in reports if each.submitted_by_id != user.pk]  # as among the tasks
        if not (to_review or late or problems or proposals):
            continue
        subject, body = write_letter("digest", user, _digest_context, programme, to_review, late, problems, proposals)
        yield Mail(user, ReminderKind.DIGEST, programme, None, programme.today, subject, body)


def _answers() -> Iterator[Mail]:
    """What others did with a proposal or said of it, for the person who proposed it, as long as that person does not know:
    no e-mail told it, and on the pages it was not read, answered or overtaken by a new proposal.
    """
    told = ReminderSent.objects.filter(event=OuterRef("pk"))
    found = ProposalEvent.objects.by_others().filter(~Exists(told), at__gte=timezone.now() - TOLD_WITHIN)
    since = ProposalEvent.objects.filter(
        proposal=OuterRef("proposal"), user=OuterRef("proposal__proposed_by"), at__gt=OuterRef("at")
    )
    found = found.filter(~Exists(since), proposal__has_news=True)
    found = found.filter(proposal__proposed_by__is_active=True, proposal__project__isnull=False)
    found = found.exclude(proposal__proposed_by__email="").select_related("user", "proposal__project")
    for event in found.select_related("proposal__proposed_by").order_by("at", "id"):
        if not event.proposal.proposed_by.has_perm("projects.view_proposal", event.proposal):
            continue  # the project belongs to another prefecture now, or the account has lost its grant
        subject, body = write_letter("answer", event.proposal.proposed_by, _answer_context, event)
        day = timezone.localtime(event.at).date()
        yield Mail(event.proposal.proposed_by, ReminderKind.ANSWER, None, None, day, subject, body, event)


def _returns() -> Iterator[Mail]:
    """Reports that the province gave back, for who submitted them, as long as nobody was told and nothing came after it.

    What was returned at once is told of at once: when the decision cannot be taken back any more.
    """
    told = ReminderSent.objects.filter(report_event=OuterRef("pk"))
    now = timezone.now()
    found = ReportEvent.objects.filter(
        ~Exists(told),
        action__in=(ReportAction.RETURN, ReportAction.REOPEN),
        at__gte=now - TOLD_WITHIN,
        at__lte=now - TAKEN_BACK_WITHIN,
        at=F("report__returned_at"),  # nothing came after it
        report__submitted_by__is_active=True,
    ).exclude(report__submitted_by__email="")
    found = found.select_related("user", "report__submitted_by", "report__entry__project", "report__entry__programme")
    together: dict[tuple[Any, int], list[ReportEvent]] = defaultdict(list)
    for event in found.order_by("revision", "report__entry__project__code", "report__month"):
        if event.report.submitted_by.has_perm("projects.submit_monthlyreport", event.report):
            together[event.report.submitted_by, event.revision_id].append(event)
    for (user, _revision), events in together.items():
        subject, body = write_letter("return", user, _return_context, events)
        day = timezone.localtime(events[0].at).date()
        yield Mail(user, ReminderKind.RETURN, None, None, day, subject, body, returns=tuple(events))


def _reachable(role: Role) -> QuerySet:
    """Grants of this role whose user can be written to."""
    grants = Grant.objects.filter(role=role, is_waiting=False, user__is_active=True).exclude(user__email="")
    return grants.select_related("user").order_by("user__username", "pk")


def _writers() -> dict[Any, set[int]]:
    """Who reports, and for which prefectures."""
    found: dict[Any, set[int]] = defaultdict(set)
    for grant in _reachable(Role.PREFECTURE_WRITER):
        found[grant.user].add(grant.prefecture_id)
    return found


def _reviewers() -> list[Any]:
    return [grant.user for grant in _reachable(Role.PROVINCE)]


# texts


def write_letter(name: str, user: Any, get_context: Callable[..., dict[str, Any]], *about: Any) -> tuple[str, str]:
    """Return subject and body of a letter, from the templates of this name and `get_context(*about)` in each language."""
    codes = [code for code, _name in settings.LANGUAGES]
    own_first = sorted(codes, key=lambda code: code != settings.LANGUAGE_CODE)
    subjects, bodies = [], []
    for code in [user.language] if user.language in codes else own_first:
        folder = f"mails/{'en' if code == 'en' else 'zh'}"
        with translation.override(code):
            context = {"user": user, "office": settings.OFFICE_NAMES[code]} | get_context(*about)
            subjects.append("".join(render_to_string(f"{folder}/{name}_subject.txt", context).splitlines()))
            bodies.append(render_to_string(f"{folder}/{name}.txt", context))
    return subjects[0], f"\n{'-' * 30}\n\n".join(bodies)


def _reminder_context(round: Round, entries: list[Entry]) -> dict[str, Any]:
    return {
        "month": round.period.first_day,
        "due": round.due.isoformat(),
        "until": round.punctual_until.isoformat(),
        "closes": round.closes.isoformat(),
        "days_left": round.days_left,
        "days_late": -round.days_left,
        "is_punctual": round.programme.today <= round.punctual_until,
        "lines": _entry_lines(entries),
        "link": site_address("round", str(round.period)),
    }


def _digest_context(
    programme: Programme,
    reports: list[MonthlyReport],
    late: list[tuple[Round, list[Entry]]],
    problems: list[Problem],
    proposals: list[Proposal],
) -> dict[str, Any]:
    rounds = [
        {
            "month": round.period.first_day,
            "due": round.due.isoformat(),
            "lines": _entry_lines(entries),
            "link": site_address("round", str(round.period)),
        }
        for round, entries in late
    ]
    of_problem = [
        (with_label(f"{problem.due} {_title(problem)}", problem.get_kind_display()), problem.solver)
        for problem in problems
    ]
    of_proposal = [
        (f"{timezone.localdate(proposal.proposed_at)} {_title(proposal)}", proposal.proposed_by.display_name)
        for proposal in proposals
    ]
    return {
        "programme": str(programme),
        "day": programme.today.isoformat(),
        "reports": _lines([(f"{report.period} {_title(report.entry)}", "") for report in reports]),
        "review_link": site_address("review"),
        "proposals": _lines(of_proposal),
        "proposals_link": site_address("proposals"),
        "late": rounds,
        "late_count": sum(len(entries) for _round, entries in late),
        "problems": _lines(of_problem),
        "problems_link": f"{site_address('problems')}?programme={programme.year}&state=overdue&mine=true",
    }


def _answer_context(event: ProposalEvent) -> dict[str, Any]:
    return _event_context(event) | {
        "proposal": event.proposal,
        "action": event.get_action_display(),
        "comment": event.comment,
        "is_returned": event.action == ProposalAction.RETURN,
        "is_comment": event.action == ProposalAction.COMMENT,
        "link": site_address("proposal", str(event.proposal.pk)),
    }


def _return_context(events: list[ReportEvent]) -> dict[str, Any]:
    first = events[0].report
    by_comment = groupby(sorted(events, key=lambda event: event.comment), key=lambda event: event.comment)
    comments = [
        (comment, _lines([(_title(event.report.entry), "") for event in group])) for comment, group in by_comment
    ]
    months = sorted({event.report.period for event in events})
    return _event_context(events[0]) | {
        "count": len(events),
        "month": first.period.first_day,
        "code": first.entry.project.code,
        "comments": comments,
        "links": [f"{site_address('round', str(month))}?show=returned" for month in months],
    }


def _event_context(event: ProposalEvent | ReportEvent) -> dict[str, Any]:
    return {"who": event.user.display_name, "when": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}"}


def _title(record: Any) -> str:
    return f"{record.project.code} {record.project.name}"


def _entry_lines(entries: list[Any]) -> dict[str, Any]:
    return _lines(
        [(_title(entry), ReportState(entry.report_state).label if entry.report_state else "") for entry in entries]
    )


def _lines(lines: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return what a list in a letter shows: texts with a note in brackets, how many there are, how many are left out."""
    return {"rows": lines[:MOST_LINES], "count": len(lines), "more": max(0, len(lines) - MOST_LINES)}
