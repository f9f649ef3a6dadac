"""Variables of a context (language, prefix of addresses, time zone) and texts of templates at the price of a variable.

Django looks both up thousands of times for a page, see decision 49.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.template import Context
from django.template.base import Variable
from django.templatetags import i18n
from django.urls import base as urls
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, trans_real

_NOTHING = object()


class ValueOfContext:
    """One `value`, which is missing until somebody says it, as Django asks for it and says it.

    Django holds them in `asgiref.local.Local`, which looks each time whose thread asks: right where a thread begins with
    the variables of another, which none does here.
    """

    __slots__ = ("_held",)

    def __init__(self, name: str) -> None:
        self._held: ContextVar[Any] = ContextVar(name, default=_NOTHING)

    @property
    def value(self) -> Any:
        found = self._held.get()
        if found is _NOTHING:
            raise AttributeError
        return found

    @value.setter
    def value(self, value: Any) -> None:
        self._held.set(value)

    @value.deleter
    def value(self) -> None:
        self._held.set(_NOTHING)


class TextNode(i18n.TranslateNode):
    """`{% translate "…" %}`: Django would make a lazy text of it each time, ask that for its language, and escape it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found, var = self.filter_expression, self.filter_expression.var
        is_text = isinstance(var, Variable) and isinstance(var.literal, str) and not found.filters
        # in catalogues each percent sign of a template is two
        self._text = var.literal.replace("%", "%%") if is_text and not (self.noop or self.message_context) else ""

    def render(self, context: Context) -> str:
        if not self._text:
            return super().render(context)
        text = SafeString(gettext(self._text).replace("%%", "%"))  # nosec B703 # markup: what a template says
        if not self.asvar:
            return text
        context[self.asvar] = text
        return ""


def install() -> None:
    """Each is read by its module, so that nobody has it from before; no template is compiled yet."""
    trans_real._active = ValueOfContext("language")
    timezone._active = ValueOfContext("time zone")
    urls._prefixes, urls._urlconfs = ValueOfContext("prefix"), ValueOfContext("urlconf")
    i18n.TranslateNode = TextNode
