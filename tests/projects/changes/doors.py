"""Random edits through every door that writes: records, decisions about figures, notes. What is refused writes nothing."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError, QuerySet
from django.test import Client

from portfolio.models import ApiToken
from projects.choices import ClaimFigure
from projects.history.digests import digest_of
from projects.history.revisions import create_revision
from projects.models import (
    Claim,
    Milestone,
    MonthlyReport,
    Note,
    Plan,
    Problem,
    Project,
    Proposal,
    Rating,
    Revision,
    Source,
)
from projects.workflows import adoption, reporting
from tests.projects.admin.forms import change_url, filled
from tests.projects.api.conftest import System
from tests.projects.imports.register_files import Files
from tests.projects.pages.rounds import REASONS, entries, fields, july, posted

REFUSALS = (ValidationError, ProtectedError, PermissionDenied, CommandError, reporting.RefusedError)


OWN = ("HN-EI-2023-37", "HN-EI-2023-38", "HN-EI-2023-40")  # those of the six that are the bureau's


class Doors:
    """Everything that can write, for one province and one bureau. `written` counts what each door wrote."""

    def __init__(
        self, seed: int, province: Any, bureau: Any, client_of: Callable[..., Client], directory: Path
    ) -> None:
        self.random = random.Random(seed)  # noqa: S311  nothing secret
        self.province, self.bureau = province, bureau
        self.admin, self.page, self.reports = client_of(province), client_of(province), client_of(bureau)
        self.api, self.letters = (
            System(ApiToken.objects.create(user=user, scope="write")[1]) for user in (province, bureau)
        )
        self.directory, self.number, self.begun = directory, 0, Revision.objects.newest_number()
        self.written: Counter[str] = Counter()

    def step(self, name: str) -> None:
        """One edit by one door."""
        before = Revision.objects.newest_number()
        self.number += 1
        try:
            getattr(self, name)()
        except REFUSALS:
            assert Revision.objects.newest_number() == before, f"{name} was refused and left something"
        self.written[name] += Revision.objects.newest_number() > before

    # what there is to choose

    def project(self) -> Project:
        """One of six projects, so that edits meet each other."""
        return self.random.choice(
            list(Project.objects.filter(code__in=[f"HN-EI-2023-{each}" for each in range(36, 42)]))
        )

    def amount(self) -> int | None:
        return self.random.choice([None, *(number * 10**7 for number in range(40, 60))])

    def text(self) -> str:
        return f"{self.random.choice(['甲', 'b', '丙 d', ''])}{self.number}"

    def said_of(self, figure: str, value: Any) -> dict[str, Any]:
        """A figure with what has to be said of it: who reported it, or why it is taken away."""
        by = {} if value is None else {f"{figure}_reported_by": f"局{self.number}"}
        return {figure: value, "reason": self.text() or "x"} | by

    # the doors

    def admin_form(self) -> None:
        record = self.project()
        typed = {"name_en": self.text()} | self.said_of("expected_revenue", str(self.random.randrange(1, 90)))
        self.admin.post(change_url(record), filled(self.admin.get(change_url(record)), **typed))

    def admin_inline(self) -> None:
        record = self.project()
        data = filled(self.admin.get(change_url(record)))
        number = int(data["problems-TOTAL_FORMS"])
        data |= {
            "problems-TOTAL_FORMS": str(number + 1),
            f"problems-{number}-kind": "land",
            f"problems-{number}-description": self.text() or "x",
            f"problems-{number}-raised_on": "2023-06-01",
            f"problems-{number}-state": "open",
            f"problems-{number}-basis": "illustrative",
            f"problems-{number}-project": str(record.pk),
        }
        self.admin.post(change_url(record), data)

    def api_post(self) -> None:
        body = {"code": f"API-{self.number}", "name_zh": self.text() or "x", "sector": "new-display"}
        self.api.post("/projects/", body | self.said_of("total_investment", self.amount()))

    def api_patch(self) -> None:
        path = f"/projects/{self.project().code}/"
        start = self.random.choice([None, "2023", "2023-Q2", "2023-05-04"])
        change = self.said_of("total_investment", self.amount()) | self.said_of("start", start)
        self.api.patch(path, change, **{"If-Match": self.api.get(path)["ETag"]})

    def page_sheet(self) -> None:
        entry = self.random.choice(entries()[:2])
        report = july(entry)
        version = digest_of(report) if report else "new"
        typed = REASONS | {"disbursed": f"0.{self.random.randrange(1, 99)}", "problems": self.text()}
        posted(self.reports, fields(entry, version=version, **typed))

    def page_problem(self) -> None:
        typed = {"project": self.project().code, "kind": "land", "description": self.text() or "x"}
        self.page.post("/problems/add/", typed | {"solver": "", "due": "2023-09-01"})

    def page_problem_step(self) -> None:
        problem = self.random.choice(list(Problem.objects.all()))
        typed = {"kind": problem.kind, "description": problem.description, "solver": problem.solver}
        typed |= {"due": problem.due or "", "version": digest_of(problem), "note": self.text()}
        state = self.random.choice(["in-hand", "handed-over", "solved", "open"])
        self.page.post(f"/problems/{problem.pk}/", typed | {"state": state})

    def workflow_step(self) -> None:
        reports = list(MonthlyReport.objects.filter(month=7))
        if not reports:
            return
        report = [self.random.choice(reports)]
        step = {
            "draft": lambda: reporting.submit(report, user=self.bureau),
            "returned": lambda: reporting.submit(report, user=self.bureau),
            "approved": lambda: reporting.reopen(report, user=self.province, comment="x"),
            "submitted": lambda: self.random.choice([self._approve, self._return, self._withdraw])(report),
        }
        with create_revision(reason="a step"):
            step[report[0].state]()

    def _approve(self, report: list[MonthlyReport]) -> None:
        reporting.approve(report, user=self.province)

    def _return(self, report: list[MonthlyReport]) -> None:
        reporting.send_back(report, user=self.province, comment=self.text() or "x")

    def _withdraw(self, report: list[MonthlyReport]) -> None:
        reporting.withdraw(report, user=self.bureau)

    def load_register(self) -> None:
        files = Files(self.directory / f"register-{self.number}")
        for line in (37, 40):
            files.set("projects_2023.csv", line, "total_investment", str(self.random.randrange(10**9, 2 * 10**9)))
        files.load(verbosity=0)

    def loaddata(self) -> None:
        path = self.directory / f"fixture-{self.number}.json"
        record = {"code": f"FIX-{self.number % 3}", "name_zh": self.text() or "x", "sector": ["new-display"]}
        rows = [
            {"model": "projects.project", "fields": record | {"basis": "reported", "total_investment": self.amount()}}
        ]
        path.write_text(json.dumps(rows))
        call_command("loaddata", str(path), verbosity=0)

    def shell_save(self) -> None:
        with create_revision(reason="by hand"):
            project = self.project()
            project.transferred = self.random.choice(["yes", "no", "unknown"])
            project.source_province = "44" if project.transferred == "yes" else ""
            project.finished = self.random.choice([None, "2025", "2025-Q1"])
            project.save()
            Milestone(project=project, name_zh=f"节点{self.number}", planned=dt.date(2023, 9, 1)).save()
            entry = project.entries.first()
            day = dt.date(2023, 1, 1) + dt.timedelta(days=self.number)
            curve = [self.number] * 12
            Plan(entry=entry, kind="revised", amount=12 * self.number, curve=curve, decided_on=day, reason="x").save()
            Rating(entry=entry, month=6, light="red", words=self.text() or "x", author=self.province).save()
            Claim(
                project=project, figure="finish", stated="2025", source=self.random.choice(list(Source.objects.all()))
            ).save()

    def shell_delete(self) -> None:
        model = self.random.choice([Claim, Milestone, Note, Problem, Plan, Project])
        records = list(model.objects.order_by("-pk")[:6])
        if records:
            with create_revision(reason="no longer wanted"):
                self.random.choice(records).delete()

    def undo(self) -> None:
        numbers = range(self.begun + 1, Revision.objects.newest_number() + 1)
        if numbers:
            number = self.random.choice(numbers[-8:])
            self.page.post(f"/changes/{number}/undo/", {"reason": self.text() or "x"})

    # decisions about figures, and remarks

    def one_of(self, records: QuerySet[Any]) -> Any:
        """One of the newest; None where there is none."""
        newest = list(records.order_by("-pk")[:6])
        return self.random.choice(newest) if newest else None

    def proposal_made(self) -> None:
        own = list(Project.objects.filter(code__in=OWN))
        if own:
            change = {"field": self.random.choice(["project.total_investment", "project.expected_revenue"])}
            body = {"project": self.random.choice(own).code, "changes": [change | {"value": self.amount()}]}
            self.letters.post("/proposals/", body | {"reason": self.text() or "x", "reported_by": "来函"})

    def proposal_accepted(self) -> None:
        if proposal := self.one_of(Proposal.objects.filter(state="submitted")):
            choices = {f"choice-{change.key}": "proposed" for change in proposal.changes}
            self.decide(f"/proposals/{proposal.pk}/", "version", action="accept", **choices)

    def claim_adopted(self) -> None:
        figures = [figure.value for figure in ClaimFigure if figure.is_of_project]
        if claim := self.one_of(Claim.objects.filter(adopted=False, figure__in=figures)):
            self.decide(f"/claims/{claim.pk}/adopt/", "seen", reason=self.text() or "x")

    def claim_withdrawn(self) -> None:
        if claim := self.one_of(Claim.objects.filter(adopted=True)):
            rests_on = {} if adoption.is_disputed(claim) else {"reported_by": f"局{self.number}"}
            self.decide(f"/claims/{claim.pk}/withdraw/", "seen", reason=self.text() or "x", **rests_on)

    def note_written(self) -> None:
        address = f"/notes/add/?programme=2023&project={self.project().code}"
        self.page.post(address, {"text": self.text() or "x", "month": ""})

    def note_changed(self) -> None:
        if note := self.one_of(Note.objects.filter(author=self.province)):
            self.page.post(f"/notes/{note.pk}/", {"text": self.text() or "x", "month": "6", "version": digest_of(note)})

    def decide(self, address: str, version: str, **typed: Any) -> None:
        """Open the page of a decision, and send what is decided about what it shows."""
        seen = self.page.get(address).context[version]
        self.page.post(address, {version: seen} | typed)


NAMES = [
    "admin_form",
    "admin_inline",
    "api_post",
    "api_patch",
    "page_sheet",
    "page_problem",
    "page_problem_step",
    "workflow_step",
    "load_register",
    "loaddata",
    "shell_save",
    "shell_delete",
    "undo",
    "proposal_made",
    "proposal_accepted",
    "claim_adopted",
    "claim_withdrawn",
    "note_written",
    "note_changed",
]
