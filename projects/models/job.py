"""Jobs: what takes long and is done by a worker. Not register records: no revision."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from projects.choices import JobLane, JobState

UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet):
    def due(self, now: dt.datetime) -> Self:
        """Return what waits and whose time has come, and what was taken up by a worker whose lease has run out."""
        waits = Q(state=JobState.WAITING, run_after__lte=now)
        return self.filter(waits | Q(state=JobState.RUNNING, leased_until__lte=now))

    def in_turn(self) -> Self:
        """Those first whose user was served longest ago, or never; jobs of nobody in particular before all."""
        same_user = Job.objects.filter(user=OuterRef("user"), started_at__isnull=False).order_by("-started_at")
        served = Subquery(same_user.values("started_at")[:1])
        return self.order_by(served.asc(nulls_first=True), "run_after", "id")

    def leased(self, now: dt.datetime) -> Self:
        """Return what a worker is at, as far as its lease says."""
        return self.filter(state=JobState.RUNNING, leased_until__gt=now)

    def completed(self) -> Self:
        """Return what no worker will take up by itself."""
        return self.exclude(state__in=UNDER_WAY)


class Job(models.Model):
    """One piece of work. Of two jobs of a kind with the same key there is never more than one.

    `turn` counts how often it was taken up: whoever has it of an earlier turn can neither end it nor store what it did.
    `attempts` are those in a row that came to nothing, with the one under way.
    """

    kind = models.CharField(_("kind of job"), max_length=40)
    key = models.CharField(_("key"), max_length=100, blank=True)
    arguments = models.JSONField(_("arguments"), default=dict, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("for whom"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="jobs",
    )
    state = models.CharField(_("state"), max_length=9, choices=JobState.choices, default=JobState.WAITING)
    run_after = models.DateTimeField(_("not before"))
    leased_until = models.DateTimeField(_("a worker has it until"), null=True, blank=True)
    turn = models.PositiveIntegerField(_("turn"), default=0)
    attempts = models.PositiveIntegerField(_("attempts in a row"), default=0)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps = models.PositiveIntegerField(_("steps in all"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), blank=True)
    error = models.TextField(_("what went wrong"), blank=True)
    revision_made = models.BigIntegerField(_("revision that it made"), null=True, blank=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = models.Manager.from_queryset(JobQuerySet)()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=~Q(key=""),
                name="job_with_a_key_is_there_once",
                violation_error_message=_("There is a job of this kind for it already."),
            ),
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, leased_until__isnull=False)
                | Q(~Q(state=JobState.RUNNING), leased_until__isnull=True),
                name="job_is_leased_while_it_runs",
                violation_error_message=_("A job is leased while it runs, and only then."),
            ),
        ]
        indexes = [models.Index(fields=["state", "run_after"], name="job_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class QueueCheck(models.Model):
    """When a worker last looked for jobs of a lane: noted about once a minute."""

    lane = models.CharField(_("lane"), max_length=8, choices=JobLane.choices, primary_key=True)
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("check of the queue")
        verbose_name_plural = _("checks of the queue")
        ordering = ["lane"]

    def __str__(self) -> str:
        return self.lane
