"""Money disbursed against each plan as a bullet: plan, what is done of it, where the pro-rata plan would be by now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.models import Target
from projects.pages import formatting
from projects.pages.targets import NamedProgress

from ...charts.bars import Bullet, bullet
from ...charts.value_box import ValueBox
from .disbursement import Disbursement


@dataclass(frozen=True)
class PlanBullet:
    """`url` is where its numbers are explained; `target` who said the plan; None: the projects' own, added."""

    name: str
    url: str
    planned: str
    percent: str
    points: str
    gap: str
    bar: Bullet
    target: Target | None


def plan_bullets(disbursed: Disbursement | None) -> list[PlanBullet]:
    """On one scale, so that the plans can be compared by length too."""
    against = disbursed.against if disbursed else []
    longest = max((each.progress.planned for each in against), default=0)
    return [_bullet(disbursed, each, longest) for each in against if disbursed]


def _bullet(disbursed: Disbursement, each: NamedProgress, longest: int) -> PlanBullet:
    progress = each.progress
    name, percent = formatting.sentence_case(each.name), formatting.percent(progress.share)
    points, gap = formatting.points(progress.gap_share), formatting.signed_money(progress.gap)
    box = ValueBox(
        name,
        (
            (_("Disbursed"), formatting.money(progress.done, "headline")),
            (_("Plan"), each.planned),
            (_("% of plan"), percent),
            (_("Pro-rata plan"), formatting.money(progress.expected_amount, "headline")),
            (_("Gap, percentage points"), points),
            (_("Gap"), gap),
        ),
        disbursed.unit,
    )
    return PlanBullet(
        name=name,
        url=f"{disbursed.shown.url}#plans",
        planned=each.planned,
        percent=percent,
        points=points,
        gap=gap,
        bar=bullet(
            label=_("%(plan)s: %(percent)s") % {"plan": name, "percent": percent},
            url=disbursed.shown.url,
            plan=progress.planned,
            done=progress.done,
            elapsed=progress.elapsed,
            longest=longest,
            illustrative=bool(disbursed.shown.rests),
            box=box,
        ),
        target=progress.plan,
    )
