import pytest
from django.http import HttpResponse
from django.utils import translation

from portfolio.middleware import LanguageMiddleware

pytestmark = pytest.mark.no_database

ENGLISH_BROWSER = {"Accept-Language": "en-US,en;q=0.9"}


@pytest.fixture
def ask(rf):
    def answer(path="/", *, cookie=None, headers=None, method="get"):
        request = getattr(rf, method)(path, headers=headers)
        if cookie:
            request.COOKIES["django_language"] = cookie
        return LanguageMiddleware(lambda _: HttpResponse(translation.get_language()))(request)

    return answer


@pytest.mark.parametrize("path", ["/", "/login/", "/admin/", "/api/v1/projects/"])
def test_pages_and_systems_are_answered_in_the_language_that_the_browser_prefers(ask, path):
    response = ask(path, headers=ENGLISH_BROWSER)

    assert response.content == b"en"
    assert response["Content-Language"] == "en"
    assert response["Vary"] == "Accept-Language, Cookie"
    assert not response.cookies  # which only a choice leaves behind


@pytest.mark.parametrize("accepted", ["fr", "de;q=0.9,fr", "*", "en;q=x", "", ",,,", "e" * 600])
def test_a_browser_that_prefers_nothing_the_site_knows_reads_chinese(ask, accepted):
    assert ask(headers={"Accept-Language": accepted}).content == b"zh-hans"


@pytest.mark.parametrize("accepted", ["zh-CN,zh;q=0.9,en;q=0.8", "en;q=0.2,zh;q=0.7", "zh-TW,en;q=0.1"])
def test_the_most_preferred_of_the_two_languages_is_taken(ask, accepted):
    assert ask(headers={"Accept-Language": accepted}).content == b"zh-hans"


def test_a_choice_wins_over_the_cookie_and_is_remembered(ask):
    response = ask("/?lang=en", cookie="zh-hans")

    assert response.content == b"en"
    cookie = response.cookies["django_language"]
    assert cookie.value == "en"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_is_read_in_the_language_it_was_written_in_and_chooses_none(ask):
    response = ask("/?lang=en", cookie="zh-hans", method="post")

    assert response.content == b"en"
    assert not response.cookies


@pytest.mark.parametrize("value", ["de", "", "en-US", "zh", "en%00"])
def test_an_unknown_choice_is_ignored(ask, value):
    response = ask(f"/?lang={value}")

    assert response.content == b"zh-hans"
    assert not response.cookies


def test_an_unknown_cookie_is_ignored(ask):
    assert ask(cookie="../de").content == b"zh-hans"


def test_a_choice_in_the_api_counts_for_that_request_only(ask):
    response = ask("/api/v1/projects?lang=en")

    assert response.content == b"en"
    assert not response.cookies


def test_the_language_of_one_request_does_not_reach_the_next(ask):
    before = translation.get_language()
    ask("/?lang=en")

    assert translation.get_language() == before
