"""Help: each role finds its tasks, each page's '?' leads to its part, and no picture is of a page as it no longer is.

`make pictures` takes the pictures again (TAKE_PICTURES in the environment of this file).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from projects.models import MonthlyReport
from tests.projects.models.reports_made import submitted

from .help_pictures import LANGUAGES, MOST_BYTES, SHOTS, known, place, remember, shown, take

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TAKE = bool(os.environ.get("TAKE_PICTURES"))
README = Path(settings.BASE_DIR) / "docs" / "overview.png"


@pytest.fixture
def at_work(live_register: None, public_read: None, province: Any, changsha_writer: Any) -> None:
    """A month in which one prefecture has reported, so that there is something to be reviewed."""
    for code in ("HN-EI-2023-24", "HN-EI-2023-25"):
        before = MonthlyReport.objects.get(entry__project__code=code, month=6)
        submitted(changsha_writer, code, disbursed=before.disbursed + 10**7)


def test_no_picture_is_out_of_date(at_work, window, signed_in):
    page, digests = window(), {}
    for shot in SHOTS:
        page.context.clear_cookies()
        if shot.who:
            signed_in(page, shot.who)
        for language in LANGUAGES:
            digests[f"{language}/{shot.name}"] = shown(page, shot, language)
            if TAKE:
                take(page, place(shot, language))
    if TAKE:
        page.context.clear_cookies()
        page.set_viewport_size({"width": 1366, "height": 1000})
        page.goto("/?lang=en")
        take(page, README, height=1000)
        remember(digests)
    stale = [name for name, digest in digests.items() if known().get(name) != digest]
    assert not stale, f"these pages look different since their pictures were taken: {stale}; run make pictures"
    for shot in SHOTS:
        for language in LANGUAGES:
            assert 5_000 < place(shot, language).stat().st_size < MOST_BYTES, shot
