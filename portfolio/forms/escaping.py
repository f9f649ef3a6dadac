"""HTML escaping in forms: what a form says of its fields is text, wherever it is shown.

Django's templates of forms and of the administration write a help text as it is, since its own may hold markup. Ours also
say what somebody typed: so each is escaped where it is bound to a form, unless it was made by `format_html`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape


class TextField(forms.BoundField):
    """A field of a form, with its help text escaped."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_text = conditional_escape(self.help_text)


class Renderer(TemplatesSetting):
    """Renderer of every form of the site and of the administration."""

    bound_field_class = TextField
