"""`/proposals/`: the queue of the province, and a prefecture's own proposals."""

from __future__ import annotations

import pytest

from tests.projects.workflows.proposals_made import ELSEWHERE, OTHER_OWN, proposed, returned

pytestmark = pytest.mark.no_database

ENGLISH = {"lang": "en"}


def text_of(browser, path="/proposals/", **query):
    page = browser.get(path, ENGLISH | query)
    assert page.status_code == 200
    return page.content.decode()


def numbers(browser, **query):
    return [line.proposal.pk for line in browser.get("/proposals/", query).context["table"].shown_records]


def test_the_province_sees_what_waits_first_and_the_longest_waiting_of_it(
    changsha_writer, zhuzhou_writer, province, client_of
):
    back = returned(changsha_writer, province)
    first, second = proposed(zhuzhou_writer, code=ELSEWHERE), proposed(changsha_writer, code=OTHER_OWN)
    browser = client_of(province)
    assert numbers(browser) == [first.pk, second.pk, back.pk]
    assert numbers(browser, state="returned") == [back.pk]
    assert numbers(browser, state="refused") == []
    text = text_of(browser)
    assert "2 proposals wait for a decision." in text
    assert f"Proposal {first.pk}" in text
    assert "5.000 billion CNY" in text


def test_the_number_of_a_proposal_is_no_value(changsha_writer, province, client_of):
    proposed(changsha_writer)
    html = client_of(province).get("/proposals/", {"lang": "zh-hans"}).content.decode()
    assert ">编号</a>" in html
    assert '<th scope="col">数值</th>' not in html


def test_a_prefecture_sees_its_own_with_what_was_answered_first(changsha_writer, zhuzhou_writer, province, client_of):
    waiting = proposed(changsha_writer, code=OTHER_OWN)
    back = returned(changsha_writer, province)
    proposed(zhuzhou_writer, code=ELSEWHERE)
    browser = client_of(changsha_writer)
    assert numbers(browser) == [back.pk, waiting.pk]
    text = text_of(browser)
    assert "1 proposal of yours has news." in text
    assert "new for you" in text


@pytest.mark.permission
def test_others_have_no_count_and_visitors_no_page(changsha_reader, analyst, stranger, client_of, public_read):
    for user in (changsha_reader, analyst):
        assert client_of(user).get("/proposals/").status_code == 200
        assert (
            'href="/proposals/"'
            not in client_of(user).get("/").content.decode().partition("<nav")[2].partition("</nav>")[0]
        )
    assert client_of(stranger).get("/proposals/").status_code == 403
    assert client_of(None).get("/proposals/").status_code == 302
    assert 'href="/proposals/"' not in client_of(None).get("/").content.decode()
