"""Past and present side by side: figures of a past state beside what the same question is answered today."""

from __future__ import annotations

from dataclasses import replace

from .results import Answer
from .scope import Scope
from .totals import breakdowns

Answers = dict[str | None, Answer]


def beside_today(scope: Scope, answers: Answers) -> Answers:
    """The answers of a scope, each row with its figures of today: what was not known then is not put in its place.

    Of today, nothing is asked. Queries: those of the same answers once more, whatever their number.
    """
    if scope.as_of is None:
        return answers
    present = breakdowns(scope.known(None), *answers, compared=False)
    return {name: replace(answer, rows=_beside(answer, present[name])) for name, answer in answers.items()}


def _beside(answer: Answer, present: Answer) -> tuple:
    now = {row.key: row.figures for row in present.rows}
    return tuple(replace(row, now=now.get(row.key)) for row in answer.rows)
