"""A page on which the day of the data and the working date could both be read says each once, side by side."""

from __future__ import annotations

import pytest

from tests.pages import PATHS, opened
from tests.projects.models.reports_made import today_is

pytestmark = pytest.mark.django_db

AT_WORK = {
    "en": "Working date: 2023-08-07. What is due, due soon or overdue is counted from it, not from today.",
    "zh-hans": "业务日期为2023-08-07",
}
OTHERS = ("/help/", "/changes/", "/programmes/", "/programmes/2022/")  # of no programme, or of one without such a date
WORK = ("/tasks/", "/review/", "/rounds/2023-07/")


@pytest.mark.parametrize("path", [*(path for path in PATHS if path not in OTHERS), *WORK])
def test_each_page_says_it_once(province, client_of, path):
    for language, sentence in AT_WORK.items():
        page = client_of(province).get(path, headers={"Accept-Language": language}).content.decode()
        has_bar = '<section class="scope"' in page
        assert page.count('class="workdate"') == has_bar, language
        assert page.count(sentence) == (not has_bar), language


def test_it_is_not_said_where_they_are_one_day_or_of_the_past(province, client_of):
    assert "Working date" not in opened(client_of(province), "/problems/", lang="en", as_of="2023-05-01").text
    today_is(None)
    assert "Working date" not in opened(client_of(province), "/problems/", lang="en").text
