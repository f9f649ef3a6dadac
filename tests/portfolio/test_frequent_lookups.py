"""What Django looks up for each text and link of a page: in its own context, and with the answers that Django would give."""

from __future__ import annotations

import threading
from contextvars import copy_context

import pytest
from django.template import Context, Template
from django.templatetags import i18n
from django.urls import base as urls
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import trans_real

from portfolio.lookups.frequent import TextNode, ValueOfContext

pytestmark = pytest.mark.no_database
TEMPLATES = (
    '{% load i18n %}{% translate "Sign out" %}',
    '{% load i18n %}{% translate "Sign out" as said %}<b title="{{ said }}">{{ said }}</b>',
    '{% load i18n %}{% translate "Key projects of Hunan\'s electronic information manufacturing" %}',
    '{% load i18n %}{% translate "100% & more, which no catalogue has" %}',
    '{% load i18n %}{% translate "Sign out" noop %}',
    '{% load i18n %}{% translate "unit" context "nothing has it" %}',
    '{% load i18n %}{% translate "Sign out"|upper %}',
    "{% load i18n %}{% translate words %}",
)


def test_django_asks_the_variables_that_are_installed() -> None:
    for variable in (trans_real._active, timezone._active, urls._prefixes, urls._urlconfs):
        assert isinstance(variable, ValueOfContext)


def test_what_one_thread_says_another_does_not_hear() -> None:
    heard: list[object] = []

    def ask() -> None:
        heard.extend([translation.get_language(), get_script_prefix(), str(timezone.get_current_timezone())])

    with translation.override("en"), timezone.override("UTC"):
        set_script_prefix("/below/")
        try:
            thread = threading.Thread(target=ask)
            thread.start()
            thread.join()
            ask()
        finally:
            set_script_prefix("/")
    assert heard == ["zh-hans", "/", "Asia/Shanghai", "en", "/below/", "UTC"]


def test_a_copy_of_a_context_keeps_its_language_to_itself() -> None:
    with translation.override("en"):
        other = copy_context()
        other.run(translation.activate, "zh-hans")
        assert (other.run(translation.get_language), translation.get_language()) == ("zh-hans", "en")


def test_a_variable_is_missing_until_somebody_says_it_and_once_it_is_taken_back() -> None:
    variable = ValueOfContext("of a test")
    assert not hasattr(variable, "value")
    variable.value = "said"
    assert variable.value == "said"
    del variable.value
    assert not hasattr(variable, "value")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_text_of_a_template_is_what_django_writes(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def written() -> list[str]:
        context = {"words": "<Sign out>"}
        return [Template(each).render(Context(context)) for each in TEMPLATES]

    assert i18n.TranslateNode is TextNode
    with translation.override(language):
        found = written()
        monkeypatch.setattr(i18n, "TranslateNode", TextNode.__base__)
        assert found == written()
