"""A page on which today and the working date could both be read says once which of them deadlines go by."""

from __future__ import annotations

import pytest

from tests.pages import PATHS
from tests.projects.models.reports_made import today_is

pytestmark = pytest.mark.django_db

SAID = {
    "en": "Working date: 2023-08-07. What is due, due soon or overdue is counted from it, not from today.",
    "zh-hans": "业务日期为2023-08-07",
}
OTHERS = ("/help/", "/changes/", "/programmes/", "/programmes/2022/")  # of no programme, or of one without such a date
WORK = ("/tasks/", "/review/", "/rounds/2023-07/")
FIRST = ("/tasks/", "/review/", "/attention/", "/problems/", "/milestones/", "/rounds/")


def text_of(client, path, language):
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.parametrize("path", [*(path for path in PATHS if path not in OTHERS), *WORK])
def test_each_page_says_it_once(province, client_of, path):
    for language, said in SAID.items():
        page = text_of(client_of(province), path, language)
        assert page.count(said) == 1, language
        if path in FIRST:
            assert said in page.partition("<main")[2].partition("</main>")[0], language


def test_it_is_not_said_where_they_are_one_day_or_of_the_past(province, client_of):
    assert "Working date:" not in text_of(client_of(province), "/problems/?as_of=2023-05-01", "en")
    today_is(None)
    assert "Working date:" not in text_of(client_of(province), "/problems/", "en")
