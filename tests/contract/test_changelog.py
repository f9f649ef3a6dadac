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
