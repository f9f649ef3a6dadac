"""Spoken command: one that prints in the language it is asked for, with a bar on a terminal where it takes long."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

_WIDTH, _STEPS = 40, 1000  # characters of the bar, and how often it is drawn


class SpokenCommand(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        languages = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=languages, default=settings.LANGUAGE_CODE, help="of what is printed")

    def execute(self, *args: Any, **options: Any) -> str | None:
        with translation.override(options["language"]):
            return super().execute(*args, **options)

    def say(self, verbosity: int) -> Callable[[str], Any]:
        """Prints a line, unless nothing is to be printed."""
        return self.stdout.write if verbosity else lambda _line: None

    def progress(self, verbosity: int) -> Callable[[int, int], None] | None:
        """A bar on a terminal; nothing anywhere else, so that logs stay readable."""
        return self._bar if verbosity and self.stderr.isatty() else None

    def _bar(self, done: int, whole: int) -> None:
        if done % max(1, whole // _STEPS) and done != whole:
            return
        filled = _WIDTH * done // whole
        drawn = f"\r[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{whole}"
        ending = "\n" if done == whole else ""
        self.stderr.write(drawn, style_func=str, ending=ending)  # nothing is wrong, so not in red
