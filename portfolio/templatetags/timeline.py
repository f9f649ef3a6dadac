"""Template tags of the timeline of milestones: one scale for a page, one line for each project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from portfolio.charts.timeline import TimeScale, time_scale
from projects.pages.formatting import clauses
from projects.pages.monitoring.milestones import MilestoneRow, ProjectMilestones
from projects.text import with_label

register = template.Library()


@register.simple_tag
def milestone_scale(groups: Sequence[ProjectMilestones], today: dt.date) -> TimeScale:
    """The scale that all projects share; there must be a milestone at least."""
    records = [each.record for group in groups for each in group.milestones]
    days = [day for record in records for day in (record.planned, record.due, record.actual) if day]
    return time_scale(days, today)


@register.inclusion_tag("charts/timeline.html")
def milestone_timeline(group: ProjectMilestones, scale: TimeScale) -> dict[str, Any]:
    """The milestones of one project; each mark leads to its row of the table."""
    marks = [build_mark(row, scale) for row in group.milestones]
    return {"scale": scale, "marks": marks, "label": _("Milestones: %(project)s") % {"project": group.project.name}}


def build_mark(row: MilestoneRow, scale: TimeScale) -> dict[str, str]:
    """Return where a milestone was planned and its newest day, which is drawn as `drawn`, or not if it has not moved."""
    record, drawn = row.record, ""
    if record.actual:
        drawn = "mile-actual"
    elif row.is_overdue:
        drawn = "mile-overdue"
    elif record.due != record.planned:
        drawn = "mile-expected"
    return {
        "label": _milestone_sentence(row),
        "url": f"#milestone-{record.pk}",
        "planned": scale.x(record.planned),
        "newest": scale.x(record.actual or record.due),
        "drawn": drawn,
    }


def _milestone_sentence(row: MilestoneRow) -> str:
    """A milestone in one sentence, for its title."""
    record = row.record
    parts = [_("planned %(day)s") % {"day": record.planned}]
    if record.actual:
        parts.append(_("reached %(day)s") % {"day": record.actual})
    elif record.due != record.planned:
        parts.append(_("expected %(day)s") % {"day": record.due})
    if row.is_overdue:
        parts.append(_("overdue"))
    return with_label(record.name, clauses(parts))
