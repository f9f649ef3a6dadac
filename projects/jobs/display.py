"""Display of a job: how it stands, in words of the reader's language."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import JobState
from projects.models import Job

from .kinds import KINDS


def standing_of(job: Job, now: dt.datetime) -> str:
    """Its state, with how far it is or since when it waits."""
    state = str(job.get_state_display())
    if job.state == JobState.RUNNING and job.leased_until and job.leased_until <= now:
        return _("%(state)s; its worker says nothing since %(at)s") % {"state": state, "at": _moment(job.leased_until)}
    if job.state == JobState.RUNNING and job.steps:
        return _("%(state)s: %(done)s of %(all)s") % {"state": state, "done": job.steps_done, "all": job.steps}
    if job.state == JobState.WAITING:
        return (
            _("%(state)s since %(at)s") % {"state": state, "at": _moment(job.run_after)}
            if job.run_after <= now
            else (_("%(state)s until %(at)s") % {"state": state, "at": _moment(job.run_after)})
        )
    return state


def trouble_of(job: Job) -> str:
    """What is wrong with it; nothing where nothing is."""
    if job.kind not in KINDS and job.state == JobState.WAITING:
        return _("This release knows no such job; it waits for a worker that does.")
    if job.state == JobState.FAILED and not job.error:
        return _("Workers were stopped in the middle of it, %(count)s times.") % {"count": job.attempts}
    return job.error


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
