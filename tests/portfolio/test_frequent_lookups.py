"""What Django looks up for each text and link of a page: in its own context, and with the answers that Django would give."""

from __future__ import annotations

import threading
from collections import namedtuple
from contextvars import copy_context
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template, base
from django.templatetags import i18n
from django.urls import base as urls
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import trans_real

from portfolio.lookups.frequent import Named, TextNode, ValueNode, ValueOfContext

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


class Record:
    kept = "an attribute <&>"
    itself = {"itself": "a key", "1": "a key of a digit"}

    @property
    def lost(self) -> str:
        raise KeyError("of a property")

    def said(self) -> str:
        return "what a method says"

    def asked(self, what: str) -> str:
        return what

    def deleted(self) -> str:
        raise AssertionError("what alters data is not called")

    deleted.alters_data = True  # type: ignore[attr-defined]


def named() -> dict[str, Any]:
    pair = namedtuple("Pair", "one count")("first '", 2)
    mapping = {"items": "a key before a method", "of": {"more": ["x", {"y": 3}]}, 1: "by number"}
    own: dict[str, Any] = {"record": Record(), "pair": pair, "mapping": mapping, "words": "a & b", "none": None}
    return own | {"number": 1_234_567, "exact": Decimal("1.50"), "true": True, "called": lambda: "by itself"}


NAMES = (  # noqa: SIM905  a line for each would hide what they are
    "record record.kept record.itself.itself record.itself.1 record.lost record.said record.asked record.deleted record.no"
    " pair.one pair.count pair.0 pair.index mapping.items mapping.of.more.0 mapping.of.more.1.y mapping.1 mapping.keys"
    " words words.upper words.0 none none.no number exact true called nothing nothing.at.all forloop.no"
).split()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_names_is_what_django_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        f"{{{{ {name} }}}}|{{{{ {name}|default:'none' }}}}|{{% if {name} %}}yes{{% endif %}}"
        f"{{% autoescape off %}}{{{{ {name} }}}}{{% endautoescape %}}{{% for each in {name} %}}{{{{ each }}}}{{% endfor %}}"
    )

    def written() -> str:
        try:
            return Template(text).render(Context(named()))
        except (KeyError, TypeError) as error:
            return repr(error)

    assert (base.Variable, base.VariableNode) == (Named, ValueNode)
    found = written()
    monkeypatch.setattr(base, "Variable", Named.__base__)
    monkeypatch.setattr(base, "VariableNode", ValueNode.__base__)
    assert written().split(" object at ")[0] == found.split(" object at ")[0]
