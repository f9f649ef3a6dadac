"""What a project was called then it is called at every door that looks back; a later name does not appear there."""

from __future__ import annotations

import io
import zipfile

import pytest

from projects.history.revisions import create_revision
from projects.models import Project, Revision
from tests.pages import PATHS

OLD, NEW = "长沙算谷园区", "长沙某显示模组项目"
CODE = "HN-EI-2023-11"
LISTS = ("projects", "entries", "claims")
FIGURES = ("total_investment", "project_count")


@pytest.fixture
def then(register):
    """The revision before the project was renamed."""
    found = Project.objects.get(code=CODE)
    with create_revision():
        found.name_zh, found.name_en = OLD, "Of then"
        found.save()
    known = Revision.objects.newest_number()
    with create_revision():
        found.name_zh, found.name_en = NEW, "Of now"
        found.save()
    return f"r{known}"


def said(answer):
    """The text of an answer, of a workbook that of its sheets."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(name).decode() for name in book.namelist())
    return content.decode()


PAGES = [*PATHS, f"/projects/{CODE}/", *(f"/figures/{name}/" for name in FIGURES)]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_past_says_the_name_of_then(path, then, province, client_of):
    browser, joint = client_of(province), "&" if "?" in path else "?"
    page = browser.get(f"{path}{joint}lang=zh-hans&as_of={then}")
    assert page.status_code == 200
    text = page.content.decode()
    assert NEW not in text
    assert "Of now" not in text
    if CODE in text and "data-" in text and path.startswith("/projects/"):
        assert OLD in text


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_lists_and_files_of_the_past_say_it(name, form, then, province, client_of):
    answer = client_of(province).get(f"/api/v1/{name}/", {"as_of": then, "format": form, "lang": "zh-hans"})
    assert answer.status_code == 200
    text = said(answer)
    assert NEW not in text
    assert "Of now" not in text
    assert OLD in text


def test_the_past_is_searched_by_the_names_of_then(then, province, client_of):
    browser = client_of(province)
    for word, found in ((OLD, 1), (NEW, 0), ("Of then", 1), ("Of now", 0)):
        answer = browser.get("/api/v1/projects/", {"search": word, "as_of": then, "programme": "2023"})
        assert answer.json()["count"] == found, word
        page = browser.get("/projects/", {"search": word, "as_of": then, "programme": "2023"})
        assert (f"/projects/{CODE}/" in page.content.decode()) is bool(found), word
