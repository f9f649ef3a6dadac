"""E-mails that are due today, each sent once: today is each programme's own, never the server's clock of a closed year.

Their texts are templates, a folder for each language: `mails/zh/` and `mails/en/`. An e-mail is in the language of the
account, else in the site's with the other one below; the subject is in the first of these alone.

A row is written when an e-mail has left. Only of a sender that was stopped between the two, or whose server took one and
never said so, can one go out again: under the same Message-ID, by which mail programs take the two for one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.choices import (
    JobLane,
    ProposalAction,
    ProposalState,
    ReminderKind,
    ReportAction,
    ReportState,
    Role,
    RoundState,
)
from projects.jobs import JobFailedError, Run, job
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
EVERY = dt.timedelta(minutes=10)
_SILENT = 2  # e-mails in a row on which the server let us wait until the end; the rest is left to the next time
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
    running = [round_ for round_ in rounds if round_.state in RUNNING]
    writers, reviewers = _get_writers(), _get_reviewers()
    for round_ in running:
        yield from _get_reminders(round_, writers)
    programmes = {round_.programme.year: round_.programme for round_ in rounds}
    problems = _get_overdue_problems(reviewers)
    # a past month may be reported without a round, and waits all the same; so does what a project is hindered by
    has_reports = Q(entries__reports__in=MonthlyReport.objects.submitted())
    waiting = Programme.objects.filter(has_reports | Q(year__in=list(problems))).distinct()
    for programme in waiting:
        programmes.setdefault(programme.year, programme)
    for year, programme in programmes.items():
        own = [round_ for round_ in running if round_.programme_id == programme.pk]
        # a proposal is of a project, not of a programme: the newest tells of all
        proposals = _get_undecided() if year == max(programmes) else []
        yield from _get_digests(programme, own, reviewers, problems[year], proposals)
    yield from _get_answers()
    yield from _get_returns()


def get_reminder_day(today: dt.date, due: dt.date) -> dt.date | None:
    """The newest reminder day that has come, None before the first.

    A day on which nothing could be sent is made up for on the next one.
    """
    offsets = [-days for days in settings.REMINDER_DAYS_BEFORE] + list(settings.REMINDER_DAYS_AFTER)
    come = [days for days in offsets if days <= (today - due).days]
    return due + dt.timedelta(days=max(come)) if come else None


def get_entries_without_report(round_: Round) -> QuerySet:
    """Return the entries of a round without a submitted or approved report; `report_state` is that of a begun one."""
    reports = MonthlyReport.objects.filter(entry=OuterRef("pk"), month=round_.month)
    entries = round_.entries().filter(~Exists(reports.received())).select_related("project__prefecture")
    return entries.annotate(report_state=Subquery(reports.values("state")[:1])).order_by("project__code")


def _get_reminders(round_: Round, writers: dict[Any, set[int]]) -> Iterator[Mail]:
    day = get_reminder_day(round_.programme.today, round_.due)
    if day is None:
        return
    entries = list(get_entries_without_report(round_))
    kind = ReminderKind.BEFORE if day <= round_.due else ReminderKind.AFTER
    for user, prefectures in writers.items():
        own = [entry for entry in entries if entry.project.prefecture_id in prefectures]
        if own:
            subject, body = write_letter("reminder", user, _reminder_context, round_, own)
            yield Mail(user, kind, round_.programme, round_, day, subject, body)


def _get_undecided() -> list[Proposal]:
    found = Proposal.objects.filter(state=ProposalState.SUBMITTED)
    return list(found.select_related("project", "proposed_by").order_by("proposed_at", "id"))


def _get_overdue_problems(reviewers: list[Any]) -> dict[int, list[Problem]]:
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


def _get_digests(
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
    late_rounds = [round_ for round_ in running if round_.state == RoundState.LATE]
    late = [(round_, entries) for round_ in late_rounds if (entries := list(get_entries_without_report(round_)))]
    for user in reviewers:
        to_review = [report for report in reports if report.submitted_by_id != user.pk]  # as among the tasks
        if not (to_review or late or problems or proposals):
            continue
        subject, body = write_letter("digest", user, _digest_context, programme, to_review, late, problems, proposals)
        yield Mail(user, ReminderKind.DIGEST, programme, None, programme.today, subject, body)


def _get_answers() -> Iterator[Mail]:
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


def _get_returns() -> Iterator[Mail]:
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


def _get_reachable(role: Role) -> QuerySet:
    """Grants of this role whose user can be written to."""
    grants = Grant.objects.filter(role=role, is_waiting=False, user__is_active=True).exclude(user__email="")
    return grants.select_related("user").order_by("user__username", "pk")


def _get_writers() -> dict[Any, set[int]]:
    """Who reports, and for which prefectures."""
    found: dict[Any, set[int]] = defaultdict(set)
    for grant in _get_reachable(Role.PREFECTURE_WRITER):
        found[grant.user].add(grant.prefecture_id)
    return found


def _get_reviewers() -> list[Any]:
    return [grant.user for grant in _get_reachable(Role.PROVINCE)]


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
        "lines": _get_entry_lines(entries),
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
            "lines": _get_entry_lines(entries),
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
        "reports": _get_lines([(f"{report.period} {_title(report.entry)}", "") for report in reports]),
        "review_link": site_address("review"),
        "proposals": _get_lines(of_proposal),
        "proposals_link": site_address("proposals"),
        "late": rounds,
        "late_count": sum(len(entries) for _round, entries in late),
        "problems": _get_lines(of_problem),
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
        (comment, _get_lines([(_title(event.report.entry), "") for event in group])) for comment, group in by_comment
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


def _get_entry_lines(entries: list[Any]) -> dict[str, Any]:
    return _get_lines(
        [(_title(entry), ReportState(entry.report_state).label if entry.report_state else "") for entry in entries]
    )


def _get_lines(lines: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return what a list in a letter shows: texts with a note in brackets, how many there are, how many are left out."""
    return {"rows": lines[:MOST_LINES], "count": len(lines), "more": max(0, len(lines) - MOST_LINES)}


# sending, a job that one worker does at a time


@job(
    "reminders",
    gettext_lazy("reminders by e-mail"),
    lane=JobLane.MESSAGES,
    every=EVERY,
    wanted=lambda: bool(settings.EMAIL_HOST),
)
def send_reminders(run: Run) -> str:
    """Send those of today that were not sent. What failed is tried the next time."""
    sent, known, silent, failed = 0, 0, 0, []
    for number, mail in enumerate(mails_due()):
        if is_known(mail):
            known += 1
            continue
        if silent >= _SILENT:  # the worker has other things to do
            reason = _("Not tried: the mail server does not answer.")
            failed.append(f"{mail}: {reason}")
            continue
        run.renew(steps_done=number)  # raises where another worker sends them by now
        start = time.monotonic()
        try:
            _build_message(mail).send()
        except (OSError, ValueError) as error:  # the server's refusals are OSErrors, a forbidden header a ValueError
            failed.append(f"{mail}: {str(error) or type(error).__name__}")
            # whatever it is called: the time-out of an answer says that the connection was closed
            silent = silent + 1 if time.monotonic() - start >= settings.EMAIL_TIMEOUT else 0
            continue
        silent = 0
        with transaction.atomic():
            for key in _get_keys(mail):
                ReminderSent.objects.create(**key, sent_at=timezone.now())
        sent += 1
        run.say(str(mail))
    numbers = {"sent": sent, "known": known, "failed": len(failed)}
    outcome = _("Sent: %(sent)s. Sent before: %(known)s. Failed: %(failed)s.") % numbers
    if failed:
        run.say(outcome)
        raise JobFailedError("\n".join(failed))
    return outcome


def _build_message(mail: Mail) -> EmailMessage:
    """It asks for no automatic answer (RFC 3834), and the same e-mail is the same Message-ID."""
    text = "\n".join((settings.SITE_URL, mail.user.email, str(mail.day), mail.subject, mail.body))
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    host = sender.rpartition("@")[2]
    headers = {
        "Message-ID": f"<{hashlib.sha256(text.encode()).hexdigest()[:40]}@{host}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(mail.subject, mail.body, to=[mail.user.email], headers=headers)


def is_known(mail: Mail) -> bool:
    """Whether it was sent before."""
    return any(ReminderSent.objects.filter(**key).exists() for key in _get_keys(mail))


def _get_keys(mail: Mail) -> list[dict]:
    """One, or one for each of the reports that were returned."""
    key = {name: getattr(mail, name) for name in ("programme", "round", "user", "kind", "day", "event")}
    return [key | {"report_event": event} for event in mail.returns or (None,)]
