"""What Django looks up for each text and link of a page: in its own context, and with the answers that Django would give."""

from __future__ import annotations

import datetime as dt
import threading
from contextvars import copy_context

import pytest
from django.template import Context, Template, base
from django.template.base import Variable
from django.templatetags import i18n
from django.urls import base as urls
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import _trans, gettext_lazy, trans_real

from portfolio.lookups import frequent
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


class _Named:
    """What a template may be given: attributes, something to call, something that fails."""

    name, absent = "<named>", None
    several = {"first": "&", "items": "a key of its own"}
    label = gettext_lazy("Sign out")

    def __str__(self) -> str:
        return "<text>"

    def called(self) -> str:
        return "called"

    def needs(self, more: str) -> str:
        return more

    def changes(self) -> str:
        return "changed"

    changes.alters_data = True  # type: ignore[attr-defined]

    @property
    def fails(self) -> str:
        raise KeyError("of its own")


NAMES = (
    *("it", "it.name", "it.absent", "it.several.first", "it.several.items", "it.several.keys", "it.label", "it.called"),
    *(
        "it.called.upper",
        "it.needs",
        "it.changes",
        "it.missing",
        "it.name.upper",
        "it.name.0",
        "rows.1",
        "rows.9",
        "rows.x",
    ),
    *(
        "missing",
        "missing.name",
        "safe",
        "number",
        "number.real",
        "moment",
        "moment.year",
        "nothing",
        "lazy",
        "items",
        "kind",
    ),
    *("it.name|lower", "it.missing|default:rows.0", "safe|add:it.name"),
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("escapes", [True, False])
def test_what_a_template_names_is_written_as_django_writes_it(
    language: str, escapes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = {
        "it": _Named(),
        "rows": ["a", "<b>"],
        "safe": mark_safe("<i>"),
        "number": 1234567,
        "nothing": None,
        "moment": dt.datetime(2023, 7, 8, tzinfo=dt.UTC),
        "lazy": gettext_lazy("Sign out"),
        "kind": _Named,
    }

    def read() -> list[str]:
        texts = (f"[{{{{ {name} }}}}{{% if {name} %}}yes{{% endif %}}]" for name in NAMES)
        return [Template(text).render(Context(context, autoescape=escapes)) for text in texts]

    assert (Variable._resolve_lookup, base.render_value_in_context) == (frequent.named, frequent.written)
    with translation.override(language), timezone.override("Asia/Shanghai"):
        found = read()
        monkeypatch.setattr(Variable, "_resolve_lookup", frequent._named)
        monkeypatch.setattr(base, "render_value_in_context", frequent._written)
        assert found == read()


def test_an_error_of_what_a_template_names_is_raised() -> None:
    with pytest.raises(KeyError, match="of its own"):
        Template("{{ it.fails }}").render(Context({"it": _Named()}))


@pytest.mark.parametrize("language", ["zh-hans", "en", None])
@pytest.mark.parametrize(
    "text", ["Sign out", "", "which no catalogue has", "Sign\r\nout", SafeString("Sign out"), SafeString("<b>")]
)
def test_a_text_is_the_one_that_django_finds(language: str | None, text: str) -> None:
    assert (_trans.gettext, _trans.get_language) == (frequent.translated, frequent.spoken)
    with translation.override(language):
        for _time in range(2):
            found = translation.gettext(text)
            assert (found, type(found)) == (frequent._gettext(text), type(frequent._gettext(text)))
        assert translation.get_language() == frequent._spoken()
