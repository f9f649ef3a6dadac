"""manage.py verify_totals: are the rollups what the records come to."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS

from projects.database.rollups import cells, months
from projects.totals import months_then


class Command(BaseCommand):
    help = "Count the sums that triggers keep anew and compare; --rebuild puts right what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="keep the new count")

    def handle(self, *, rebuild: bool, **_options: Any) -> None:
        wrong: list[Any] = [*cells.wrong(DEFAULT_DB_ALIAS), *months.wrong(DEFAULT_DB_ALIAS), *months_then.wrong()]
        if wrong and rebuild:
            cells.recount(DEFAULT_DB_ALIAS)
            months.recount(DEFAULT_DB_ALIAS)
            months_then.forget()
            self.stdout.write(f"{len(wrong)} sums were wrong and are right now.")
        elif wrong:
            shown = "\n".join(map(str, wrong[:20]))
            raise CommandError(
                f"{len(wrong)} sums differ from a new count, by programme, month, prefecture, …, entry or state:\n{shown}"
            )
        else:
            self.stdout.write("Every sum is what a new count gives.")
