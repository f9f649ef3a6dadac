"""manage.py backup: the whole database in one file, while the site runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from projects.database.backups import BackupError, make_backup
from projects.management.spoken_command import SpokenCommand


class Command(SpokenCommand):
    help = "Write a backup of the whole database to a new file, which `restore` reads. The site may run meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        super().add_arguments(parser)

    def handle(self, *, path: Path, verbosity: int, **options: Any) -> None:
        try:
            manifest = make_backup(path)
        except BackupError as error:
            raise CommandError(str(error)) from None
        number, digest = manifest["head"] or (0, "")
        rows = sum(count for count, _digest in manifest["tables"].values())
        say = self.say(verbosity)
        say(
            _("%(path)s: %(rows)s rows of %(tables)s tables, %(bytes)s bytes.")
            % {"path": path, "rows": rows, "tables": len(manifest["tables"]), "bytes": path.stat().st_size}
        )
        say(_("Newest revision: %(noted)s") % {"noted": f"{number}:{digest}"})
