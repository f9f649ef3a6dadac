"""manage.py load_register: a directory of CSV files into the register."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from projects.imports.loading import load_directory
from projects.management.spoken_command import SpokenCommand


class Command(SpokenCommand):
    """Prints counts, or every problem with file, line and column. Loading the same files again changes nothing."""

    help = (
        "Load sectors.csv, chain_links.csv, prefectures.csv, programmes.csv, targets.csv, projects_<year>.csv, "
        "claims.csv and monthly_reports_<year>.csv from a directory: all, or nothing if a single cell is wrong. "
        "Into a register that has no revision yet it brings its past: one for each day on which something became known."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--year", type=int, help="load only this year's projects and reports; otherwise all years")
        parser.add_argument("--dry-run", action="store_true", help="check everything and store nothing")
        super().add_arguments(parser)

    def handle(self, *, directory: Path, year: int | None, dry_run: bool, verbosity: int, **options: Any) -> None:
        load = load_directory(directory, year=year, dry_run=dry_run, progress=self.progress(verbosity))
        if load.problems:
            closing = _("Nothing was stored. Problems: %(count)s.") % {"count": len(load.problems)}
            raise CommandError("\n".join([*map(str, load.problems), closing]))
        if verbosity:
            for line in (*load.describe(), self._get_last_line(load.revisions, dry_run=dry_run)):
                self.stdout.write(line)

    @staticmethod
    def _get_last_line(revisions: tuple[int, int] | None, *, dry_run: bool) -> str:
        if dry_run:
            return _("A trial: nothing was stored.")
        if revisions is None:
            return _("Nothing had to be changed.")
        first, last = revisions
        if first == last:
            return _("Stored as revision %(number)s.") % {"number": last}
        told = {"first": first, "last": last}
        return _("Stored as revisions %(first)s to %(last)s, one for each day on which something became known.") % told
