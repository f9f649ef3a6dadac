"""manage.py deliver_webhooks: the worker that tells other systems of changes."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from projects.models import WebhookDelivery
from projects.webhooks.delivery import claim, deliver, forget_old_messages, prepare_messages


class Command(BaseCommand):
    """Runs until it is told to end; several may run, and one that is killed loses nothing."""

    help = "Send the messages of webhooks until SIGTERM; with --once what is due now, for cron."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument("--pause", type=float, default=2.0, help="seconds between looks for new revisions")

    def handle(self, *, once: bool, pause: float, **options: Any) -> None:
        ending = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, lambda *_told: ending.set())
        while not ending.is_set():
            try:
                self._work(ending)
            except OperationalError as error:  # the database is away or busy: that is not the end of a worker
                if once:
                    raise
                self.stderr.write(str(error).strip())
                connection.close()
            if once:
                return
            ending.wait(pause)

    def _work(self, ending: threading.Event) -> None:
        forget_old_messages()
        while not ending.is_set() and self._round(ending):
            pass

    def _round(self, ending: threading.Event) -> bool:
        """A message of each webhook that has one, so that none waits for the queue of another. False where none has."""
        prepare_messages()
        served = 0
        while not ending.is_set() and (delivery := claim(after=served)) is not None:
            served = delivery.webhook_id
            outcome = deliver(delivery)
            if outcome is not None:
                self.stdout.write(f"{served} {_name(delivery)} {outcome.status} {outcome.milliseconds} ms")
        return bool(served)


def _name(delivery: WebhookDelivery) -> str:
    return "test" if delivery.number is None else f"r{delivery.number}"
