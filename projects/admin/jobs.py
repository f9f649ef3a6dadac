"""The admin of jobs: what runs, waits and failed, and why; a failed one is tried again from here, or one is cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from projects.jobs import queue
from projects.jobs.queue import KINDS, describe_error, describe_state, get_label, get_queue_state
from projects.models import Job

from .base import ReadOnlyAdmin
from .display import column, dash, moment_column
from .filters import choice_filter


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    related = ("user",)
    list_display = (
        "id",
        "kind_column",
        "standing",
        "trouble",
        "outcome_column",
        "user_column",
        "made",
        "began",
        "ended",
    )
    list_display_links = ("id", "kind_column")
    list_filter = (
        "state",
        choice_filter("kind", _("kind of job"), [(kind.name, kind.label) for kind in KINDS.values()]),
    )
    search_fields = ("key", "user__username", "error")
    search_help_text = _("Key, user or what went wrong")
    fields = (
        *("kind_column", "key", "arguments", "user_column", "standing", "trouble", "outcome_column"),
        *("attempts", "turn", "revision_made", "made", "began", "ended"),
    )
    readonly_fields = fields
    actions = ("try_again", "cancel")
    made = moment_column("created_at", _("made at"))
    began = moment_column("started_at", _("begun at"))
    ended = moment_column("ended_at", _("ended at"))
    kind_column = column(_("kind of job"), lambda job: get_label(job.kind), order="kind")
    standing = column(_("state"), lambda job: describe_state(job, timezone.now()), order="state")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if self.has_view_permission(request) and (warning := get_queue_state().warning):
            self.message_user(request, warning, messages.WARNING)
        return super().changelist_view(request, extra_context)

    def has_step_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("projects.change_job")

    @admin.action(description=_("Try again"), permissions=["step"])
    def try_again(self, request: HttpRequest, jobs: QuerySet) -> None:
        self._take_step(
            request,
            queue.retry,
            jobs,
            ngettext_lazy("%(count)s job waits again.", "%(count)s jobs wait again.", "count"),
            _("Only a job that failed or was cancelled can be tried again."),
        )

    @admin.action(description=_("Cancel"), permissions=["step"])
    def cancel(self, request: HttpRequest, jobs: QuerySet) -> None:
        self._take_step(
            request,
            queue.cancel,
            jobs,
            ngettext_lazy("%(count)s job is cancelled.", "%(count)s jobs are cancelled.", "count"),
            _("What has ended, or is just ending, was left as it is."),
        )

    def _take_step(
        self, request: HttpRequest, step: Callable[[int], bool], jobs: QuerySet, done: Any, left: Any
    ) -> None:
        """Take a step of each job, and say of how many it was `done`; where it was not of all, why some are `left`."""
        steps = [step(job.pk) for job in jobs]
        self.message_user(request, done % {"count": steps.count(True)}, messages.SUCCESS)
        if not all(steps):
            self.message_user(request, left, messages.WARNING)

    @admin.display(description=_("what went wrong"))
    def trouble(self, job: Any) -> str:
        words = describe_error(job)
        return format_html('<span class="errors">{}</span>', words) if words else dash(_("nothing"))

    @admin.display(description=_("what came of it"))
    def outcome_column(self, job: Any) -> str:
        made = _("Revision %(number)s") % {"number": job.revision_made} if job.revision_made else ""
        return job.outcome or made or dash(_("nothing yet"))

    @admin.display(description=_("for whom"), ordering="user__username")
    def user_column(self, job: Any) -> str:
        return job.user.display_name if job.user else dash(_("nobody in particular"))
