"""Selects are written as Django's templates write them, to the byte."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from portfolio.forms.escaping import Renderer

pytestmark = pytest.mark.no_database

AWKWARD = [
    ("", gettext_lazy("any")),
    ("a", 'A <b> & "c"'),
    ("b&'<", mark_safe("<i>said</i>")),
    (mark_safe("&lt;"), "safe"),
    (1234567, 1234567),
    (None, "None"),
    ('Group "1" & <2>', [("x", "X"), (gettext_lazy("any"), gettext_lazy("any"))]),
    ("Empty", []),
    ("", [("y", "Y")]),
]
ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"required": True, "disabled": False, "id": "id_<&>", "data-n": 5, "title": gettext_lazy("any"), "x": None},
]


class Own(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


@pytest.mark.parametrize("attributes", ATTRIBUTES)
@pytest.mark.parametrize("value", ["", "a", "1234567", ["x", "b&'<"]])
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, Own])
def test_they_are_as_the_templates_write_them(widget: Any, value: Any, attributes: dict[str, Any]) -> None:
    select = widget(attributes, choices=AWKWARD)
    written = [select.render('na"me', value, renderer=renderer) for renderer in (Renderer(), DjangoTemplates())]
    assert written[0] == written[1]
    assert "<select" in written[0]
