"""manage.py send_reminders: the e-mails of the monthly round that are due, each once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from projects.reminders import Mail, mails_due, send


class Command(BaseCommand):
    """Safe to run again and at the same time; what failed is reported, ends in code 1, and is tried the next time."""

    help = (
        "E-mail those who still have to report for an open or overdue round, and a digest a day to those who review. "
        "To be run at least once a day."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what would be sent, and send nothing")
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE, help="of what is printed")

    def handle(self, *, dry_run: bool, language: str, verbosity: int, **options: Any) -> None:
        with translation.override(language):
            outcome = send(mails_due(), dry_run=dry_run)
            if verbosity:
                for mail in outcome.sent:
                    self.stdout.write(_line(mail))
                shown = {"sent": len(outcome.sent), "known": len(outcome.known), "failed": len(outcome.failed)}
                if dry_run:
                    told = _("A trial: %(sent)s would be sent, %(known)s were sent before.")
                else:
                    told = _("Sent: %(sent)s. Sent before: %(known)s. Failed: %(failed)s.")
                self.stdout.write(told % shown)
            if outcome.failed:
                raise CommandError("\n".join(f"{_line(mail)}: {reason}" for mail, reason in outcome.failed))


def _line(mail: Mail) -> str:
    """Who gets what: '<a@b.cn> subject'."""
    return f"<{mail.user.email}> {mail.subject}"
