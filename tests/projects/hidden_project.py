"""A project of Zhuzhou with everything that can be said of one, each text and each amount of it recognisable.

Each text contains a word that stands nowhere else (`QXZ007K`), and each amount begins with the same five digits. What is
guessed of it by somebody who may not see it is in `guesses`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.db.models import CharField, Field, Model, TextField
from django.utils import timezone

from projects.history.revisions import create_revision
from projects.models import (
    Claim,
    Enterprise,
    Entry,
    Import,
    Milestone,
    MonthlyReport,
    Note,
    Overruling,
    Plan,
    PlausibilityRule,
    Prefecture,
    Problem,
    Programme,
    Project,
    Rating,
    ReportDraft,
    Source,
    Webhook,
)
from projects.models.fields import AmountField
from projects.workflows import proposals, reporting
from projects.workflows.proposals import ProposedValue
from sectors.models import Sector
from tests.people import ZHUZHOU
from tests.projects.workbook_imports.sent import REGISTER, sent

LARGEST = 39_162_000_001  # CNY, more than twice what Changsha's largest has, and a tenth of what an amount may be
NATIONAL = "2304-430200-04-01-391620"
MONTH = 391_620_000
PLANNED_MONTHS = [MONTH] * 12
_WORD = re.compile(r"QXZ[0-9]{3}K", re.IGNORECASE)
# amounts in any unit, with or without separators: those of the register begin otherwise, but for the sum of the plan
_NUMBER = re.compile(r"(?<![\w.,-])(?:3[.,]?9[.,]?1[.,]?6[.,]?2|4[.,]?6[.,]?9[.,]?9[.,]?4)[\d.,]*(?![\w-])")
# what holds no text of its own to mark
UNMARKED = {
    ("claim", "stated"): "a date or a share, of other figures than money",
    ("claim", "adopted_because"): "of an adopted claim alone",
    ("monthlyreport", "comment"): "of the one that was returned",
    ("proposal", "comment"): "of the answer",
    ("project", "national_code"): "has a form of its own, and is a number that is looked for",
}


@dataclass
class HiddenProject:
    """The records by their model, and each word with where it stands."""

    records: dict[type[Model], list[Any]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def word(self, where: str) -> str:
        made = f"QXZ{next(self._numbers):03}K"
        self.words[made] = where
        return made

    def amount(self, scale: int = MONTH) -> int:
        """Return another amount of these first digits, in CNY."""
        return scale + next(self._numbers)

    def mark(self, model: type[Model], /, **said: Any) -> Any:
        """Return an unsaved record with a word in each text and an amount in each sum that `said` leaves open."""
        record: Any = model(**said)
        name = str(model._meta.model_name)
        for each in model._meta.concrete_fields:
            if each.name in said or (name, each.name) in UNMARKED:
                continue
            if isinstance(each, AmountField):
                setattr(record, each.name, self.amount())
            elif is_text(each):
                setattr(record, each.name, self.word(f"{name}.{each.name}"))
        return record

    def add(self, record: Any) -> Any:
        """Store a record, if it is not stored, and remember it."""
        if record._state.adding:
            record.save()
        self.records.setdefault(type(record), []).append(record)
        return record

    @property
    def project(self) -> Project:
        return self.records[Project][0]

    @property
    def guesses(self) -> dict[str, str]:
        """What somebody might guess, and is to learn nothing by: names, codes and texts."""
        [enterprise], project = self.records[Enterprise], self.project
        return {
            "name": project.name_zh,
            "English name": project.name_en,
            "code": project.code,
            "national code": NATIONAL,
            "enterprise": enterprise.name_zh,
        }

    def revealed(self, text: str, *, typed: str = "") -> Collection[str]:
        """Return what a text says of the project beside what was typed: words and amounts."""
        own = {each.upper() for each in _WORD.findall(typed)}
        said = {each.upper() for each in _WORD.findall(text)} - own
        numbers = {each for each in _NUMBER.findall(text) if each.strip(".,") not in typed}
        return {self.words.get(each, each) for each in said} | numbers


def is_text(each: Field) -> bool:
    """Whether somebody writes words into a field."""
    return isinstance(each, CharField | TextField) and not each.choices


def hide(writer: Any, reviewer: Any) -> HiddenProject:
    """Store it, as `writer` of Zhuzhou and `reviewer` of the province leave it."""
    found = HiddenProject()
    source = Source.objects.order_by("pk")[
        0
    ]  # sources are of no prefecture: whoever reads anything sees them, see SECURITY.md
    with create_revision(user=writer, reason=found.word("reason of a revision")):
        project = found.add(_project(found))
        entry = found.add(_entry(found, project))
        for record in _parts(found, project, entry, source, writer):
            found.add(record)
    _reports(found, entry, writer, reviewer)
    _proposals(found, project, writer, reviewer)
    _overruling(found, project, writer)
    _typed(found, entry, writer)
    return found


def _project(found: HiddenProject) -> Project:
    enterprise = found.add(found.mark(Enterprise))
    project = found.mark(
        Project,
        enterprise=enterprise,
        national_code=NATIONAL,
        sector=Sector.objects.get(code="advanced-computing"),
        prefecture=Prefecture.objects.get(adcode=ZHUZHOU),
        total_investment=LARGEST,
        expected_revenue=found.amount(LARGEST),
    )
    project.started, project.finished = "2023-03", "2025"
    return project


def _entry(found: HiddenProject, project: Project) -> Entry:
    programme = Programme.objects.get(year=2023)
    return found.mark(Entry, project=project, programme=programme, joined="2023-02-01", disbursed_before=MONTH)


def _parts(found: HiddenProject, project: Project, entry: Entry, source: Source, writer: Any) -> Iterator[Any]:
    yield found.mark(Claim, project=project, figure="total_investment", amount=found.amount(), source=source, stated="")
    yield found.mark(Milestone, project=project, planned="2023-05-01", expected="2023-11-01")
    yield found.mark(Problem, project=project, kind="land", raised_on="2023-05-01", due="2023-06-01")
    yield found.mark(Note, project=project, programme=entry.programme, author=writer, figure="")
    yield found.mark(Rating, entry=entry, month=6, light="red", author=writer)
    yield found.mark(
        Plan, entry=entry, kind="revised", amount=sum(PLANNED_MONTHS), curve=PLANNED_MONTHS, decided_on="2023-07-01"
    )


def _reports(found: HiddenProject, entry: Entry, writer: Any, reviewer: Any) -> None:
    """One in each state."""
    with create_revision():
        draft, submitted, returned, approved = (
            found.add(found.mark(MonthlyReport, entry=entry, month=month, forecast=found.amount(10 * MONTH)))
            for month in (7, 6, 5, 4)
        )
    reporting.submit([submitted, returned, approved], user=writer)
    reporting.send_back([returned], user=reviewer, comment=found.word("monthlyreport.comment"))
    reporting.approve([approved], user=reviewer)
    for report in (draft, submitted, returned, approved):
        report.refresh_from_db()


def _proposals(found: HiddenProject, project: Project, writer: Any, reviewer: Any) -> None:
    """One that waits, and one that was refused."""
    wanted = (
        ProposedValue("project.total_investment", None, found.amount(LARGEST)),
        ProposedValue("project.name_zh", None, found.word("a proposed name")),
    )
    for asked in wanted:
        words = {name: found.word(f"proposal.{name}") for name in ("reason", "reported_by")}
        found.add(proposals.propose(project, [asked], source=None, user=writer, **words))
    proposals.refuse(made_last(found), user=reviewer, comment=found.word("proposal.comment"))


def made_last(found: HiddenProject) -> Any:
    return list(found.records.values())[-1][-1]


def _overruling(found: HiddenProject, project: Project, writer: Any) -> None:
    with create_revision(user=writer) as draft:
        project.note_en = found.word("project.note_en")
        project.save()
        found.add(
            found.mark(
                Overruling,
                rule=PlausibilityRule.objects.get(kind="scale"),
                model="project",
                key=project.pk,
                prefecture=project.prefecture,
                field="total_investment",
                user=writer,
                at=draft.created_at,
                revision_id=draft.number,
            )
        )
        draft.touched.add(Overruling)


def _typed(found: HiddenProject, entry: Entry, writer: Any) -> None:
    """What was typed and sent, and is in no record yet."""
    typed = {"texts": {"problems": found.word("a draft of a report")}, "refused": {}, "unit": "small"}
    found.add(ReportDraft(user=writer, entry=entry, month=7, saved_at=timezone.now(), **typed))
    row = [entry.project.code, found.word("a cell of an import"), MONTH // 10_000, MONTH // 10_000, None]
    found.add(sent(writer, [REGISTER, row], name=f"{found.word('name of an import')}.xlsx"))
    hook = {"url": f"https://8.8.8.8/{found.word('webhook.url')}", "project": entry.project.code}
    found.add(Webhook(user=writer, label=found.word("webhook.label"), position=1, **hook))


__all__ = ["LARGEST", "NATIONAL", "UNMARKED", "HiddenProject", "Import", "hide", "is_text"]
