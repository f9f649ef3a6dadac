"""manage.py restore: a backup back into the database, compared with it table by table."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from projects.database.backups import BackupError, restore_backup
from projects.management.spoken_command import SpokenCommand


class Command(SpokenCommand):
    help = (
        "Restore a backup into an empty database and compare it table by table; then bring triggers up to date and verify "
        "the history. Refuses a damaged backup and one of another release before it writes. Stop the site first."
    )
    requires_system_checks = ()  # they ask for tables

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--replace", action="store_true", help="give up what the database holds")
        super().add_arguments(parser)

    def handle(self, *, path: Path, replace: bool, verbosity: int, **options: Any) -> None:
        try:
            manifest = restore_backup(path, replace=replace)
        except BackupError as error:
            raise CommandError(str(error)) from None
        say = self.say(verbosity)
        say(
            _("The backup of %(when)s is restored: %(tables)s tables are the same, row by row.")
            % {"when": manifest["made_at"], "tables": len(manifest["tables"])}
        )
        call_command("migrate", verbosity=0)
        call_command("check", databases=["default"], fail_level="WARNING")
        call_command("verify_history", verbosity=verbosity, language=options["language"])
