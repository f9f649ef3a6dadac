"""Template tags of the monthly sheet: its fields, of which a page has hundreds, so that no template is run for each."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.text import LONGEST_LINE, LONGEST_WORDS, format_html, format_html_join

from .figures import ratio

register = template.Library()

_LABEL = '<label class="{}" for="f{}-{}">{}{}{}</label>{}\n'
_SELECT = '<select id="f{0}-{1}" name="{0}-{1}" data-field="{1}"{2}><option value="">{3}</option>{4}{5}</select>'
_REFUSED = '<option value="{0}" selected data-refused>{0}</option>'
_WORDS = '<textarea id="f{0}-{1}" name="{0}-{1}" rows="1" maxlength="{4}" data-field="{1}"{2}>{3}</textarea>'
_INPUT = '<input id="f{0}-{1}" name="{0}-{1}" type="{2}" value="{3}" autocomplete="off" data-field="{1}"{4}{5}>'
_OF_KIND = {
    "amount": format_html(' inputmode="{}" maxlength="60"', "decimal"),
    "number": format_html(' inputmode="{}" maxlength="20"', "numeric"),
    "line": format_html(' maxlength="{}"', LONGEST_LINE),
}


@register.simple_tag(takes_context=True)
def sheet_figure(context: Context, text: str, url: str, reason: str) -> SafeString:
    """What is stored, which opens. In a row that is typed into, Tab goes past it: the row's panel leads to the same."""
    if not (text and url and context["row"].editable):
        return ratio(text, url, reason)
    return format_html('<a class="q" href="{}" tabindex="-1">{}</a>', url, text)


@register.simple_tag(takes_context=True)
def sheet_field(
    context: Context, name: str, label: str, kind: str, shown: bool = False, required: bool = False
) -> SafeString:
    """A field of the row at hand with its label, which is for eyes too where it is `shown`."""
    row = context["row"]
    invalid = (
        format_html(' aria-invalid="true" aria-describedby="e{}-{}"', row.key, name) if row.errors.get(name) else ""
    )
    return format_html(
        _LABEL,
        "lab" if shown else "vh",
        row.key,
        name,
        "" if shown else format_html("{} ", row.project.name),
        _with_unit(label, context["unit"]) if kind == "amount" else label,
        _must(row.required) if required else "",
        _control(context, row, name, kind, invalid=invalid),
    )


def _with_unit(label: str, unit: str) -> SafeString:
    return format_html("{}{}{}", label, pgettext("unit", ", "), unit)


def _must(is_required: bool) -> SafeString:
    hidden = "" if is_required else format_html(" {}", "hidden")
    return format_html(' <span class="must" data-must{}>{}</span>', hidden, _("required"))


def _control(context: Context, row: Any, name: str, kind: str, *, invalid: str) -> SafeString:
    text = row.texts.get(name)
    if kind == "stage":
        stages = tuple(context["stages"])
        refused = format_html(_REFUSED, text) if text and text not in dict(stages) else ""
        return format_html(_SELECT, row.key, name, invalid, _("not filled in"), _choices(stages, text), refused)
    if kind == "words":
        return format_html(_WORDS, row.key, name, invalid, text, LONGEST_WORDS)
    return format_html(
        _INPUT, row.key, name, "date" if kind == "day" else "text", text, _OF_KIND.get(kind, ""), invalid
    )


@lru_cache(maxsize=100)
def _choices(stages: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    selected = format_html(" {}", "selected")
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, selected if value == chosen else "", word) for value, word in stages),
    )


@register.filter
def as_json(value: Any) -> str:
    """For a `data-` attribute that a script reads."""
    return json.dumps(value, ensure_ascii=False)
