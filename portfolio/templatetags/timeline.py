"""The timeline of milestones as tags: one scale for a page, one line for each project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from portfolio.charts.timeline import TimeScale, milestone_marks, time_scale
from projects.views.formatting import clauses
from projects.views.monitoring.milestones import MilestoneLine, ProjectLine

register = template.Library()


@register.simple_tag
def milestone_scale(lines: Sequence[ProjectLine], today: dt.date) -> TimeScale:
    """The scale that all projects share; there must be a milestone at least."""
    records = [each.record for line in lines for each in line.milestones]
    days = [day for record in records for day in (record.planned, record.due, record.actual) if day]
    return time_scale(days, today)


@register.inclusion_tag("charts/time_axis.html")
def time_axis(scale: TimeScale) -> dict[str, Any]:
    return {"scale": scale}


@register.inclusion_tag("charts/timeline.html")
def milestone_timeline(line: ProjectLine, scale: TimeScale) -> dict[str, Any]:
    """The milestones of one project; each mark leads to its row of the table."""
    marks = [
        milestone_marks(
            scale,
            planned=each.record.planned,
            expected=each.record.due,
            actual=each.record.actual,
            overdue=each.overdue,
            label=_spoken(each),
            url=f"#{each.anchor}",
        )
        for each in line.milestones
    ]
    return {"scale": scale, "marks": marks, "label": _("Milestones: %(project)s") % {"project": line.name}}


def _spoken(line: MilestoneLine) -> str:
    """A milestone in one sentence, for its title."""
    parts = [_("planned %(day)s") % {"day": line.planned}]
    if line.actual:
        parts.append(_("reached %(day)s") % {"day": line.actual})
    elif line.expected != line.planned:
        parts.append(_("expected %(day)s") % {"day": line.expected})
    if line.overdue:
        parts.append(_("overdue"))
    return f"{line.name}{_(': ')}{clauses(parts)}"
