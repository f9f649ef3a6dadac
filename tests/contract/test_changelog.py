"""docs/api-changelog.md is dated, the newest first."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings

pytestmark = pytest.mark.no_database

CHANGELOG = (settings.BASE_DIR / "docs" / "api-changelog.md").read_text("utf-8")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Breaks"}


def test_every_entry_is_dated_the_newest_first():
    days = [date.fromisoformat(heading) for heading in re.findall(r"^## (.*)$", CHANGELOG, re.M)]
    assert days
    assert days == sorted(set(days), reverse=True)


def test_every_entry_says_what_kind_of_change_it_is():
    for entry in re.split(r"^## ", CHANGELOG, flags=re.M)[1:]:
        kinds = re.findall(r"^### (.*)$", entry, re.M)
        assert kinds, entry[:10]
        assert set(kinds) <= KINDS


def test_the_version_rises_with_every_break():
    entries = re.split(r"^## ", CHANGELOG, flags=re.M)[1:]
    versions = [re.search(r"^Version (1\.\d+\.\d+)\.$", entry, re.M) for entry in entries]
    told = [found[1] for found in versions if found]
    assert told[0] == settings.SPECTACULAR_SETTINGS["VERSION"]
    assert told == sorted(set(told), key=lambda version: [*map(int, version.split("."))], reverse=True)
    since = next(number for number, entry in enumerate(reversed(entries)) if "Version 1." in entry)
    assert all("Version 1." in entry for entry in entries[: len(entries) - since] if "### Breaks" in entry)
