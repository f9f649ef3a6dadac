"""The steps that problems have gone through, from their history: state, note, when, and who (not for the public)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projects.access import Access, get_access
from projects.changes.kinds import kind_of, visible_rows
from projects.choices import ProblemState
from projects.models import Problem

from .. import formatting

Step = tuple[str, str, str, str]  # when, to which state, with which note, by whom: empty for the public


def problem_logs(problems: Iterable[Problem], user: Any) -> dict[int, list[Step]]:
    """The steps of each problem by its key, newest first; one query for all.

    A reader of single prefectures sees them from when the project came to one of them.
    """
    access, logs = get_access(user), {problem.pk: list[Step]() for problem in problems}
    told: dict[int, tuple[str, str]] = {}
    rows = visible_rows(kind_of(Problem), user).filter(id__in=list(logs))
    for row in rows.select_related("revision__user").order_by("history_id"):
        if told.get(row.id) == (row.state, row.note):
            continue
        told[row.id] = (row.state, row.note)
        logs[row.id].insert(0, _step(row, access))
    return logs


def _step(row: Any, access: Access) -> Step:
    who = "" if access.public else row.revision.author_name
    return formatting.minute(row.revision.created_at), str(ProblemState(row.state).label), row.note, who
