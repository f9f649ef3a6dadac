"""What cannot be shown or seen, or turns the direction of reading, is refused at the API in the reader's language."""

from __future__ import annotations

import pytest

from .conftest import assert_problem
from .test_projects_writing import NEW

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("text", ["\u200b", "\ufeff", "\x07", "\uffff"])
def test_a_name_that_cannot_be_seen_is_refused(system_of, province, text):
    system = system_of(province)
    for lang, words in (("en", "character"), ("zh-hans", "字符")):
        answer = system.patch(f"/projects/HN-EI-2023-13/?lang={lang}", {"name_zh": text})
        assert words in assert_problem(answer, 400, "name_zh")["detail"]
    report = system.get("/reports/?state=approved&page_size=1").data["results"][0]["id"]
    assert_problem(system.post(f"/reports/{report}/reopen/", {"comment": text}), 400, "comment")
    assert_problem(system.post("/notes/", {"text": text, "programme": 2023, "figure": "disbursed"}), 400, "text")


@pytest.mark.parametrize(
    ("text", "code"), [("abc\u202egnp.exe", "U+202E"), ("a\u200bb", "U+200B"), ("\u2066a", "U+2066")]
)
def test_a_name_with_a_character_that_is_not_seen_is_refused(system_of, province, text, code):
    system = system_of(province)
    for lang, words in (("en", "character"), ("zh-hans", "字符")):
        told = assert_problem(system.patch(f"/projects/HN-EI-2023-13/?lang={lang}", {"name_zh": text}), 400, "name_zh")
        assert code in told["detail"]
        assert words in told["detail"]
    assert "code" in system.post("/projects/", NEW | {"code": f"A{text}"}).data["errors"]
    told_by = {"total_investment": 5, "total_investment_reported_by": text}
    assert_problem(system.patch("/projects/HN-EI-2023-13/", told_by), 400, "total_investment_reported_by")
