"""manage.py verify_history: is the log what was written, and the register what the log says."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from projects.changes.verification import Counts, Fault, verify
from projects.management.spoken_command import SpokenCommand
from projects.models import Revision

_NOTED = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


def parse_noted_revision(text: str) -> tuple[int, str]:
    """A revision and its digest as this command printed them: 17:9f86d0…"""
    match = _NOTED.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"“{text}” is not NUMBER:DIGEST as printed by this command")
    return int(match[1]), match[2]


class Command(SpokenCommand):
    """Ends in code 1 when anything is wrong, after a line for each fault on the error output."""

    help = (
        "Walk all revisions in order: recompute every digest, hold the chain, the seals and the present records against "
        "the history. Reads only. Keep the line it prints: --noted shows later that nothing before it was rewritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--noted",
            type=parse_noted_revision,
            metavar="NUMBER:DIGEST",
            help="a revision as an earlier run printed it",
        )
        super().add_arguments(parser)

    def handle(self, *, noted: tuple[int, str] | None, verbosity: int, **options: Any) -> None:
        counts, faults = Counts(), 0
        for fault in verify(counts, progress=self.progress(verbosity) or (lambda done, whole: None)):
            faults += 1
            self.stderr.write(str(fault))
        if noted is not None and (fault := _not_as_noted(*noted)):
            faults += 1
            self.stderr.write(str(fault))
        shown = {"revisions": counts.revisions, "rows": counts.rows, "records": counts.records, "faults": faults}
        if faults:
            raise CommandError(
                _("Faults: %(faults)s. Looked at: revisions %(revisions)s, rows %(rows)s, records %(records)s.") % shown
            )
        if verbosity:
            self.stdout.write(
                _("Revisions: %(revisions)s. Rows of history: %(rows)s. Records: %(records)s. Nothing is wrong.")
                % shown
            )
            if counts.newest:
                self.stdout.write(_("Newest revision: %(noted)s") % {"noted": f"{counts.newest}:{counts.digest}"})


def _not_as_noted(number: int, digest: str) -> Fault | None:
    found = Revision.objects.filter(number=number).values_list("digest", flat=True).first()
    if found == digest:
        return None
    what = _("It has another digest than was noted: the log was written anew.")
    if found is None:
        what = _("The revision that was noted is not there: the log was cut off.")
    return Fault(number, Revision._meta.db_table, "", what)
