"""Reporters in words: what a person said of where a figure comes from, and what the register says where nobody did."""

from __future__ import annotations

import re
from functools import cache

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

OF_FILE = _("file “%(name)s”, import %(number)s")


@cache
def _stored() -> re.Pattern[str]:
    """The words as they are stored, which everybody reads: those of the site's own language."""
    with override(settings.LANGUAGE_CODE):
        plain = re.escape(OF_FILE % {"name": "NAME", "number": "NUMBER"})
    return re.compile(plain.replace("NAME", "(?P<name>.*)").replace("NUMBER", "(?P<number>[0-9]+)"), re.DOTALL)


def is_of_the_register(reporter: str) -> bool:
    """Whether the register says so by itself, and no person does."""
    return _stored().fullmatch(reporter) is not None


def in_words(reporter: str) -> str:
    """A reporter as a reader is told: what a person typed stays as it is."""
    found = _stored().fullmatch(reporter)
    return OF_FILE % found.groupdict() if found else reporter
