"""What a page was made of is freed when the page is there, without Python having to look for circles."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.template import TemplateDoesNotExist, engines
from django.template.backends.django import DjangoTemplates

pytestmark = pytest.mark.no_database


class Shown:
    """Anything that a view gives to its template."""

    text = "<b>"


@pytest.fixture
def no_collection() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def is_freed(backend: DjangoTemplates) -> bool:
    shown = Shown()
    held = weakref.ref(shown)
    template = backend.from_string("{% with again=shown %}{{ again.text }}{% endwith %}")
    assert template.render({"shown": shown}, HttpRequest()) == "&lt;b&gt;"
    del shown
    return held() is None


def test_what_was_shown_is_freed(no_collection: None) -> None:
    assert is_freed(engines["django"])


def test_django_alone_leaves_it_in_a_circle(no_collection: None) -> None:
    """The control: once this fails, the backend is of no more use."""
    options = {"context_processors": ["django.template.context_processors.request"]}
    alone = DjangoTemplates({"NAME": "alone", "DIRS": [], "APP_DIRS": False, "OPTIONS": options})
    assert not is_freed(alone)


@pytest.mark.parametrize("words", ["no_such_page.html", "{% include 'no_such_part.html' %}"])
def test_a_template_that_is_not_there_is_named(words: str) -> None:
    backend = engines["django"]
    with pytest.raises(TemplateDoesNotExist, match="no_such_pa") as caught:
        (backend.from_string(words) if "{" in words else backend.get_template(words)).render({}, HttpRequest())
    assert caught.value.backend is backend
