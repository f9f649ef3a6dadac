"""What Django looks up thousands of times for a page: variables of a context (language, prefix of addresses, time zone), the
texts of templates in that language, and what templates name. Each at the price of a variable, see decisions 49 and 52.
"""

from __future__ import annotations

from contextvars import ContextVar
from html import escape
from typing import Any

from django.template import Context, base
from django.template.base import Variable
from django.templatetags import i18n
from django.urls import base as urls
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, trans_real

_NOTHING = object()
_WITHOUT_KEYS = (tuple, list, str)  # which number what they hold


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


class Named(Variable):
    """What a template names: an attribute is not looked for as a key first, where nothing has keys. Whatever is neither, or
    can be called, is asked for in Django's way.
    """

    __slots__ = ()

    def resolve(self, context: Context) -> Any:
        found: Any = context
        try:
            for name in self.lookups or ():
                has_keys = hasattr(type(found), "__getitem__") and not isinstance(found, _WITHOUT_KEYS)
                found = found[name] if has_keys else getattr(found, name)
                if callable(found):
                    return super().resolve(context)
        except Exception:  # whichever it is, Django's way says what comes of it
            return super().resolve(context)
        return super().resolve(context) if found is context or self.translate else found


class ValueNode(base.VariableNode):
    """`{{ … }}`: most are texts, which have neither a time zone nor decimals."""

    def render(self, context: Context) -> str:
        value = self.filter_expression.resolve(context)
        if type(value) is SafeString:
            return value
        if type(value) is str and context.autoescape:
            return escape(value)
        return base.render_value_in_context(value, context)


def install() -> None:
    """Each is read by its module, so that nobody has it from before; no template is compiled yet."""
    trans_real._active = ValueOfContext("language")
    timezone._active = ValueOfContext("time zone")
    urls._prefixes, urls._urlconfs = ValueOfContext("prefix"), ValueOfContext("urlconf")
    i18n.TranslateNode, base.Variable, base.VariableNode = TextNode, Named, ValueNode
