"""The steps that problems have gone through, from their history: state, note, when, and who (not for the public)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from projects.access import Access
from projects.choices import ProblemState
from projects.models import Problem, Project

from ..changes import first_visible


@dataclass(frozen=True)
class Step:
    """One step; `who` is empty for the public."""

    when: str
    state: str
    note: str
    who: str


def problem_logs(problems: Iterable[Problem], access: Access) -> dict[int, list[Step]]:
    """The steps of each problem by its key, newest first; two queries for all.

    A reader of single prefectures sees them from when the project came to one of them.
    """
    problems = list(problems)
    since = _since(problems, access)
    logs: dict[int, list[Step]] = {problem.pk: [] for problem in problems}
    told: dict[int, tuple[str, str]] = {}
    rows = Problem.history.filter(id__in=list(logs)).select_related("revision__user").order_by("history_id")
    for row in rows:
        if row.revision_id < since.get(row.project_id, 0) or told.get(row.id) == (row.state, row.note):
            continue
        told[row.id] = (row.state, row.note)
        logs[row.id].insert(0, _step(row, access))
    return logs


def _step(row: object, access: Access) -> Step:
    revision = row.revision  # type: ignore[attr-defined]
    who = ""
    if not access.public:
        who = revision.user.display_name if revision.user else revision.username
    return Step(
        when=f"{timezone.localtime(revision.created_at):%Y-%m-%d %H:%M}",
        state=str(ProblemState(row.state).label),  # type: ignore[attr-defined]
        note=row.note,  # type: ignore[attr-defined]
        who=who,
    )


def _since(problems: Iterable[Problem], access: Access) -> dict[int, int]:
    """By project, the first revision that the reader may see of it."""
    if access.reads_all:
        return {}
    own: dict[int, list] = {}
    rows = Project.history.filter(id__in={problem.project_id for problem in problems}).order_by("history_id")
    for row in rows:
        own.setdefault(row.id, []).append(row)
    return {key: first_visible(rows, access) for key, rows in own.items()}
