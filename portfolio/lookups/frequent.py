"""What Django looks up thousands of times for a page: variables of a context (language, prefix of addresses, time zone),
texts in that language, what a template names and how it is written. Each at its own price, see decisions 49 and 74.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from html import escape
from typing import Any

from django.template import Context, base
from django.template.base import Variable
from django.templatetags import i18n
from django.urls import base as urls
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import _trans, gettext, trans_real

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


_gettext, _spoken = trans_real.gettext, trans_real.get_language
_named, _written = Variable._resolve_lookup, base.render_value_in_context


@lru_cache(maxsize=20_000)
def _said(language: Any, message: str) -> str:
    return language.gettext(message)


def translated(message: str) -> str:
    """`gettext`: Django's looks for line breaks, and in the catalogue of each application, every time."""
    language = trans_real._active._held.get()
    if language is _NOTHING or type(message) is not str or not message or "\r" in message:
        return _gettext(message)
    return _said(language, message)


def spoken() -> str | None:
    """`get_language`, without the layers between."""
    language = trans_real._active._held.get()
    return _spoken() if language is _NOTHING else language.to_language()


def named(variable: Variable, context: Context) -> Any:
    """What a variable of a template names. Django asks each object for a key first, and goes on when that raises an error;
    here only what has keys is asked. Whatever is not found so, or is to be called, goes Django's way.
    """
    found: Any = context
    for name in variable.lookups:
        try:
            found = found[name] if hasattr(type(found), "__getitem__") else getattr(found, name)
        except (TypeError, AttributeError, KeyError, ValueError, IndexError):
            return _named(variable, context)
        if callable(found):
            return _named(variable, context)
    return found


def written(value: Any, context: Context) -> str:
    """A value as it stands in a page: of a text Django first asks whether it is a moment, a number or lazy."""
    kind = type(value)
    if context.autoescape:
        if kind is SafeString:
            return value
        if kind is str:
            return SafeString(escape(value))  # nosec B703 # markup: it is escaped
    return _written(value, context)


def install() -> None:
    """Each is read by its module, so that nobody has it from before; no template is compiled yet."""
    trans_real._active = ValueOfContext("language")
    timezone._active = ValueOfContext("time zone")
    urls._prefixes, urls._urlconfs = ValueOfContext("prefix"), ValueOfContext("urlconf")
    i18n.TranslateNode = TextNode
    trans_real.gettext = _trans.gettext = translated
    trans_real.get_language = _trans.get_language = spoken
    Variable._resolve_lookup, base.render_value_in_context = named, written
