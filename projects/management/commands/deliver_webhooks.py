"""manage.py deliver_webhooks: a worker that does nothing but tell other systems of changes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from projects.jobs.worker import PAUSE, EndSignal, work
from projects.webhooks.delivery import deliver


class Command(BaseCommand):
    """Runs until it is told to end; several may run, and one that is killed loses nothing."""

    help = "Send the messages of webhooks until SIGTERM; with --once what is due now, for cron."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between looks for new revisions")

    def handle(self, *, once: bool, pause: float, **options: Any) -> None:
        work([deliver.name], ending=EndSignal(), once=once, pause=pause, say=self.stdout.write)
