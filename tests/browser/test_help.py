"""Help: each role finds its tasks, each page's '?' leads to its part, and no picture is of a page as it no longer is.

`make pictures` takes the pictures again (TAKE_PICTURES in the environment of this file).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from projects.models import MonthlyReport
from tests.pages import PATHS
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


def test_every_picture_of_help_loads_in_both_languages(at_work, window):
    page = window()
    for language in LANGUAGES.values():
        page.goto(f"/help/?lang={language}")
        pictures = page.locator("article.helptask img")
        assert pictures.count() == len(SHOTS)
        for picture in pictures.all():
            picture.scroll_into_view_if_needed()
            page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())


def test_the_mark_of_each_page_leads_to_its_part(at_work, window):
    page = window()
    page.goto("/help/")
    anchors = set(page.eval_on_selector_all("main [id]", "all => all.map(each => each.id)"))
    for path in (*(each for each in PATHS if each != "/help/"), "/figures/disbursed/"):
        page.goto(path)
        target = page.locator("main a.helplink").get_attribute("href")
        assert target
        assert urlsplit(target).path == "/help/"
        assert urlsplit(target).fragment in anchors, (path, target)
