"""The command line of manage.py: what no command can work with is said in one sentence, whichever it is.

`--traceback` gives all of it, as for what a command itself refuses.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import Error, connection
from django.utils import translation
from django.utils.translation import gettext as _


def execute(words: Sequence[str]) -> None:
    """Run the command. SystemExit with a sentence where the database is away or has not been migrated."""
    try:
        execute_from_command_line(list(words))
    except Error as error:
        asked = parse_options(words)
        with translation.override(asked.language):
            sentence = "" if asked.traceback else _trouble_with_the_database()
        if not sentence:
            raise
        raise SystemExit(sentence) from error


def parse_options(words: Sequence[str]) -> argparse.Namespace:
    """What the command was told of the words in which it speaks; see `projects.management.spoken_command`."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--language", default=settings.LANGUAGE_CODE)
    parser.add_argument("--traceback", action="store_true")
    return parser.parse_known_args(words)[0]


def _trouble_with_the_database() -> str:
    """Why nothing works; empty where the database is there as it should be."""
    from portfolio.settings import databases, unmigrated  # which the command has set up

    connection.close()  # it may be the one that broke
    try:
        waiting = unmigrated.get_waiting_migrations(connection)
    except Error as error:
        return databases.unreachable(error)
    return _(unmigrated.SAID) if waiting else ""
