"""Where an entry stands, in the words and figures of the attention list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from projects.access import Access
from projects.choices import Light, Stage
from projects.models import Rating
from projects.monitoring.entry_status import Standing
from projects.monitoring.lights import months_running
from projects.periods import PartialDate
from projects.totals.totals import ratio

from .. import formatting, links
from .rule_description import plan_heading

TROUBLE = (Light.YELLOW, Light.RED)


@dataclass(frozen=True)
class PlanShare:
    """One of several plans of an entry: its amount and what is done of it, as text."""

    label: str
    amount: str
    share: str
    is_rated: bool  # whether the light is measured against it


@dataclass(frozen=True)
class Judgement:
    """A reviewer's rating; author and words are empty for the public."""

    light: str
    author: str
    day: str
    age: str
    words: str


@dataclass(frozen=True)
class StandingLine:
    """One entry of the list; texts are empty where nothing is known or nothing is wrong."""

    code: str
    name: str
    url: str
    place: str
    basis: str
    light: str
    stage: str
    done: str
    due: str
    due_share: str
    gap: str
    points: str
    share: str
    plans: list[PlanShare]
    differing: bool
    start: str
    start_light: str
    missing: str
    missing_light: str
    judgement: Judgement | None
    disagreement: str
    reason: str
    measure: str
    reported: str  # the month of the report that the reason is from
    problems: int
    overdue: str
    problems_url: str
    form: Any = None


def light_words(light: str | None) -> str:
    """The word of a light in a sentence; the mark itself is drawn by the template."""
    return str(Light(light).label) if light else pgettext("light", "not rated")


def standing_line(
    standing: Standing, *, year: int, access: Access, problems_url: str, form: Any = None
) -> StandingLine:
    """`problems_url` leads to the problems of this project."""
    project, report = standing.project, standing.last_report
    return StandingLine(
        code=project.code,
        name=project.name,
        url=links.project(project.code, year=year),
        place=project.prefecture.name if project.prefecture else "",
        basis=project.basis,
        light=standing.light or "",
        stage=str(Stage(standing.stage).label) if standing.stage else "",
        done="" if standing.done is None else formatting.money(standing.done),
        due="" if standing.due is None else formatting.money(standing.due),
        due_share=formatting.share(standing.due_share),
        gap="" if standing.gap is None else formatting.signed_money(standing.gap, "table"),
        points=formatting.points(standing.gap_share),
        share=formatting.share(standing.share),
        plans=plan_shares(standing),
        differing=plans_differ(standing),
        start=_late_start(standing),
        start_light=standing.start if standing.start in TROUBLE else "",
        missing=_missing(standing),
        missing_light=standing.reports if standing.reports in TROUBLE else "",
        judgement=judgement(standing.rating, access),
        disagreement=disagreement(standing.rating, standing.light),
        reason=report.reason if report else "",
        measure=report.measure if report else "",
        reported=str(report.period) if report and (report.reason or report.measure) else "",
        problems=standing.problems,
        overdue=_overdue(standing.problems_overdue),
        problems_url=problems_url if standing.problems else "",
        form=form,
    )


def plan_shares(standing: Standing) -> list[PlanShare]:
    """The plans of an entry, each with what is done of it."""
    return [
        PlanShare(
            label=plan_heading(kind),
            amount=formatting.money(plan.amount),
            share=formatting.share(ratio(standing.done, plan.amount)),
            is_rated=plan is standing.plan,
        )
        for kind, plan in standing.plans.items()
    ]


def plans_differ(standing: Standing) -> bool:
    """Whether its plans ask for different amounts, so that a percentage alone would not say enough."""
    return len({plan.amount for plan in standing.plans.values()}) > 1


def judgement(rating: Rating | None, access: Access) -> Judgement | None:
    """The public sees the light and the day, not who wrote what."""
    if rating is None:
        return None
    return Judgement(
        light=rating.light,
        author="" if access.public else rating.author.display_name,
        day=rating.rated_on.isoformat(),
        age=ngettext("%(days)s day old", "%(days)s days old", rating.age) % {"days": formatting.count(rating.age)},
        words="" if access.public else rating.words,
    )


def disagreement(rating: Rating | None, light: str | None) -> str:
    """That the reviewer and the rule say different things; empty when they agree, or one says nothing."""
    if rating is None or light is None or rating.light == light:
        return ""
    words = {"rating": light_words(rating.light), "rule": light_words(light)}
    return _("They disagree: the reviewer says %(rating)s, the rule says %(rule)s.") % words


def _late_start(standing: Standing) -> str:
    expected, month = standing.project.started, standing.month
    if standing.start not in TROUBLE or expected is None or month is None:
        return ""
    late = months_running(PartialDate(expected.last, expected.precision), month)
    text = ngettext(
        "start was due %(date)s, %(months)s month without one",
        "start was due %(date)s, %(months)s months without one",
        late,
    )
    return text % {"date": expected, "months": late}


def _missing(standing: Standing) -> str:
    if standing.reports not in TROUBLE:
        return ""
    count = standing.missing
    return ngettext("%(count)s report missing", "%(count)s reports missing in a row", count) % {"count": count}


def _overdue(count: int) -> str:
    return (
        ngettext("%(count)s problem overdue", "%(count)s problems overdue", count) % {"count": count} if count else ""
    )
