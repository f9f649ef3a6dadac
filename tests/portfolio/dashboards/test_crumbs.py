"""The crumbs of a page begin with the entry of the navigation that is marked on it, as who follows them back expects."""

from __future__ import annotations

import re

import pytest

from tests.pages import PATHS
from tests.projects.july import BEFORE_CLOSING, set_today

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

OF_WORK = ("/rounds/", "/rounds/2023-07/", "/rounds/2023-07/HN-EI-2023-37/", "/review/", "/proposals/", "/imports/")
OF_PROJECTS = (
    "/projects/HN-EI-2023-37/propose/",
    "/projects/HN-EI-2023-37/",
    "/projects/HN-EI-2023-37/reports/2023-06/",
)
OF_FIGURES = ("/figures/disbursed/", "/compare/?since=2023-05-01", "/problems/1/", "/changes/1/")
HOME = {"My tasks": ["My tasks"], "Overview": ["Overview"]}
_ENTRY = re.compile(r'<a href="[^"]*" aria-current="(page|true)">([^<]+)')
_CRUMBS = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)


def marked_and_above(page: str) -> tuple[str, str, list[str]] | None:
    """How the entry is marked, its name, and the names of the crumbs that lead back; None without crumbs."""
    crumbs = _CRUMBS.search(page)
    if crumbs is None:
        return None
    marked = _ENTRY.search(page.partition('<nav class="nav"')[2].partition("</nav>")[0])
    kind, name = marked.groups() if marked else ("", "")
    return kind, name.strip(), re.findall(r'<a href="[^"]*">([^<]+)</a>', crumbs[0])


@pytest.mark.parametrize("who", ["", "province", "changsha_writer"])
def test_crumbs_begin_where_the_navigation_says_that_one_is(public_read, register, client_of, client, request, who):
    set_today(BEFORE_CLOSING)
    browser = client_of(request.getfixturevalue(who)) if who else client
    looked_at = 0
    for path in (*PATHS[::3], *OF_WORK, *OF_PROJECTS, *OF_FIGURES):
        answer = browser.get(f"{path}{'&' if '?' in path else '?'}lang=en")
        found = marked_and_above(answer.content.decode()) if answer.status_code == 200 else None
        if found is None:
            continue
        kind, name, above = found
        expected = HOME.get(name) or ["Overview", *([name] if name and kind == "true" else [])]
        assert above[: len(expected)] == expected, (path, name, above)
        assert name not in above[len(expected) :], path
        looked_at += 1
    assert looked_at > 8


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_belongs_to_ones_work_is_under_ones_tasks(register, client_of, changsha_writer, language):
    set_today(BEFORE_CLOSING)
    for path in OF_WORK[:3]:
        page = client_of(changsha_writer).get(path, {"lang": language}).content.decode()
        _kind, name, above = marked_and_above(page)
        assert above[0] == name == {"en": "My tasks", "zh-hans": "我的任务"}[language], path
