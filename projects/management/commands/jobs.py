"""manage.py jobs: what runs, waits and failed; and the worker that does it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.choices import JobState
from projects.jobs.queue import cancel, describe_error, describe_state, get_label, get_queue_state, retry
from projects.jobs.worker import PAUSE, EndSignal, work
from projects.management.spoken_command import SpokenCommand
from projects.models import Job

_SHOWN = 50  # jobs that are done


class Command(SpokenCommand):
    """Without an option it lists them. Any number of workers may run, on any number of machines."""

    help = "List the jobs, those that wait, run or failed first; or do them until SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        asked = parser.add_mutually_exclusive_group()
        asked.add_argument("--list", action="store_true", help="list them (what is done without any option)")
        asked.add_argument("--work", action="store_true", help="do what is due until SIGTERM")
        asked.add_argument("--once", action="store_true", help="do what is due now, for cron")
        asked.add_argument("--retry", type=int, metavar="NUMBER", help="let the workers try a failed one again")
        asked.add_argument("--cancel", type=int, metavar="NUMBER", help="let nobody do it")
        parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between two looks")
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        if options["work"]:
            work(ending=EndSignal(), pause=options["pause"], say=self.say(options["verbosity"]))
        elif options["once"]:
            work(ending=EndSignal(), once=True, say=self.stdout.write)
        elif options["retry"] is not None:
            self._require(retry(options["retry"]), _("Only a job that failed or was cancelled can be tried again."))
        elif options["cancel"] is not None:
            self._require(cancel(options["cancel"]), _("This job has ended, or is just ending."))
        else:
            self._list()

    @staticmethod
    def _require(did: bool, otherwise: str) -> None:
        if not did:
            raise CommandError(otherwise)

    def _list(self) -> None:
        done = Job.objects.filter(state=JobState.DONE)
        shown = [*Job.objects.exclude(state=JobState.DONE), *done[:_SHOWN]]
        now = timezone.now()
        for job in shown:
            parts = [
                str(job.pk),
                get_label(job.kind),
                job.key,
                describe_state(job, now),
                describe_error(job),
                job.outcome,
            ]
            self.stdout.write(" · ".join(part for part in parts if part))
        if not shown:
            self.stdout.write(_("There is no job."))
        if warning := get_queue_state().warning:
            self.stdout.write(warning)
