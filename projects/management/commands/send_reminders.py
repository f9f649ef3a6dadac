"""manage.py send_reminders: the e-mails of the monthly round that are due, each once."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from projects.jobs import Run
from projects.jobs.queue import take_now
from projects.management.spoken_command import SpokenCommand
from projects.reminders import is_known, mails_due, send_reminders


class Command(SpokenCommand):
    """Safe to run again and beside the workers; what failed is reported, ends in code 1, and is tried the next time."""

    help = (
        "E-mail those who still have to report for an open or overdue round, and a digest a day to those who review. "
        "To be run at least once a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what would be sent, and send nothing")
        super().add_arguments(parser)

    def handle(self, *, dry_run: bool, verbosity: int, **options: Any) -> None:
        say = self.say(verbosity)
        if dry_run:
            self._try(say)
            return
        found = take_now(send_reminders)
        if found is None:
            say(_("Another process is sending them."))
            return
        run = Run(found, say=say)
        wrong = run.perform()
        if wrong:
            raise CommandError(wrong)
        found.refresh_from_db()
        say(found.outcome)

    @staticmethod
    def _try(say: Callable[[str], Any]) -> None:
        mails = list(mails_due())
        unsent = [mail for mail in mails if not is_known(mail)]
        for mail in unsent:
            say(str(mail))
        shown = {"sent": len(unsent), "known": len(mails) - len(unsent)}
        say(_("A trial: %(sent)s would be sent, %(known)s were sent before.") % shown)
