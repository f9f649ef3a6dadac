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

from projects.pages import formatting
from projects.text import LONGEST_LINE, LONGEST_WORDS, format_html, format_html_join

from .figures import money, ratio
from .navigation import each_query

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


_ROW = (
    '<tbody id="r{}" data-code="{}"{}>\n<tr><th scope="row" class="name"><a href="{}" data-name>{}</a>{}{}</th>\n'
    '<td class="r" data-l="{}" data-exact>{}</td>\n<td class="r was" data-l="{}">{}</td>\n{}\n'
    '<td class="r" data-l="{}" data-ytd{}>{}</td>\n<td class="r" data-l="{}"{}>{}</td>\n{}\n'
    '<td class="full" data-l="{}"><span><span class="state {}" data-state>{}</span>{}{}</span></td></tr>\n{}\n'
    '<tr class="msg"{}><td colspan="8" data-messages>{}</td></tr></tbody>\n\n'
)
_TYPED = (
    ' data-row="{}" data-url="{}" data-before="{}" data-plan="{}" data-ready="{}" data-asks="{}" data-started="{}"'
    ' data-wrong="{}" data-held="{}"{}{}'
)
_AMOUNT = (
    '<td class="r cell full{0}" data-l="{1}">{2}<input type="hidden" name="{3}-version" value="{4}" data-version>'
    '<input type="hidden" name="{3}-drafted" value="{5}" data-drafted></td>'
)
_UNUSUAL = ' <span class="unusual" data-unusual title="{}"{}>▲<span class="vh">{}</span></span>'
_WITHDRAW = ' <button class="btn small" type="submit" form="sheet" name="withdraw" value="{}">{}</button>'
_TOLD = (
    '<tr class="msg more"><td colspan="8"><details><summary>{}</summary><dl class="told">{}</dl></details></td></tr>\n'
)


@register.simple_tag(takes_context=True)
def sheet_rows(context: Context) -> SafeString:
    named = _Named(context)
    return format_html_join("", "{}", ((named.written(row),) for row in context["rows"]))


class _Named:
    """What the rows of a page have in common: what their columns are called, and where one is corrected."""

    def __init__(self, context: Context) -> None:
        self.context, self.form, self.public = context, context["form"], context["public"]
        self.names_places = not context["chosen"]
        self.last_month, self.this_month = context["last_month"], context["this_month"]
        self.plan, self.share, self.stage = _("Annual plan"), _("% of plan"), pgettext("report", "Stage")
        self.to_date = _("%(to_date)s, total") % {"to_date": context["to_date"]}
        self.disbursed = _("Disbursed in %(month)s") % {"month": self.this_month}
        self.unplanned, self.unreported = _("no plan known"), _("no approved report")
        # the public sees nothing of a report before it is approved, and so not that nothing is filled in
        self.blank = self.unreported if self.public else _("nothing filled in")
        self.state, self.correct = _("State"), _("Correct")
        self.corrected = each_query(context["request"], "correct")

    def written(self, row: Any) -> SafeString:
        project = row.project
        place = project.prefecture if self.names_places else None
        opened = "" if row.editable else row.report_url
        return format_html(
            _ROW,
            *(row.key, project.code, self._typed(row) if row.editable else "", row.url, project.name),
            _unusual(row),
            format_html(' <span class="muted">{}</span>', place.name) if place else "",
            *(self.plan, _figure(row, money(row.entry.planned_disbursement, self.form), row.url, self.unplanned)),
            self.last_month,
            _figure(row, money(row.last, self.form), row.last_url, self.unreported) if self.last_month else "",
            self._amount(row),
            *(self.to_date, format_html(" data-live") if row.editable else ""),
            ratio(money(row.year_to_date, self.form), opened, self.blank),
            *(self.share, format_html(" data-share data-live") if row.editable else format_html(" data-rate")),
            *(ratio(formatting.share(row.share), opened, self.blank), self._stage(row)),
            *(self.state, row.state or "draft", self._state(row), self._act(row)),
            format_html('<noscript> <a href="{}">{}</a></noscript>', row.own_page, _("All fields"))
            if row.editable
            else "",
            *(self._told(row), *self._messages(row)),
        )

    def _state(self, row: Any) -> str:
        return self.unreported if self.public and not row.state else row.state_label

    def _typed(self, row: Any) -> SafeString:
        """What the script reads of a row that is typed into."""
        return format_html(
            _TYPED,
            *(row.key, row.own_page.partition("?")[0], row.browser["before"], row.browser["plan"]),
            *(
                "1" if row.goes else "",
                "1" if row.asks else "",
                "1" if row.started else "",
                row.wrong,
                as_json(row.held),
            ),
            format_html(" data-conflict") if row.conflict else "",
            format_html(" data-careful") if row.correcting else "",
        )

    def _amount(self, row: Any) -> SafeString:
        if not row.editable:
            told = ratio(row.texts["disbursed"], row.report_url, self.blank)
            return format_html('<td class="r" data-l="{}">{}</td>', self.this_month, told)
        field = _field(self.context, row, "disbursed", self.this_month, "amount")
        return format_html(
            _AMOUNT, _refused(row, "disbursed"), self.disbursed, field, row.key, row.version, drafted(row)
        )

    def _stage(self, row: Any) -> SafeString:
        if not row.editable:
            return format_html('<td data-l="{}">{}</td>', self.stage, ratio(row.stage_label, "", self.blank))
        field = _field(self.context, row, "stage", self.stage, "stage")
        return format_html('<td class="cell full{}" data-l="{}">{}</td>\n', _refused(row, "stage"), self.stage, field)

    def _act(self, row: Any) -> SafeString | str:
        if row.may_withdraw:
            return format_html(_WITHDRAW, row.key, _("Withdraw"))
        if not row.may_correct:
            return ""
        address = self.corrected(row.project.code)
        return format_html(' <a class="small" href="{}#r{}">{}</a>', address, row.key, self.correct)

    def _told(self, row: Any) -> SafeString | str:
        """What else its report says, where it is only read."""
        if row.editable or self.public or not row.report.pk:
            return ""
        told = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", row.told)
        return format_html(_TOLD, _("More of this report"), told) if told else "\n"

    def _messages(self, row: Any) -> tuple[SafeString | str, SafeString | str]:
        """Whether they are hidden, and what there is to say: of few rows anything."""
        if not (row.grid_errors or row.doubts or row.report.comment or row.conflict):
            return format_html(" hidden"), "\n\n\n"
        with self.context.push(row=row):
            return "", self.context.template.engine.get_template("rounds/_messages.html").render(self.context)


def _refused(row: Any, name: str) -> str:
    return " refused" if row.errors.get(name) else ""


def _unusual(row: Any) -> SafeString | str:
    """A mark beside the name of a row that is typed into; the row says what must be confirmed, the panel what is unusual."""
    if not row.editable:
        return ""
    hidden = "" if row.unusual else format_html(" hidden")
    return format_html(_UNUSUAL, row.unusual, hidden, _("unusual"))


def _figure(row: Any, text: str, url: str, reason: str) -> SafeString:
    """What is stored, which opens. In a row that is typed into, Tab goes past it: the row's panel leads to the same."""
    if not (text and url and row.editable):
        return ratio(text, url, reason)
    return format_html('<a class="q" href="{}" tabindex="-1">{}</a>', url, text)


@register.simple_tag(takes_context=True)
def sheet_field(
    context: Context, name: str, label: str, kind: str, shown: bool = False, required: bool = False
) -> SafeString:
    """A field of the row at hand with its label, which is for eyes too where it is `shown`."""
    return _field(context, context["row"], name, label, kind, shown=shown, required=required)


def _field(
    context: Context, row: Any, name: str, label: str, kind: str, *, shown: bool = False, required: bool = False
) -> SafeString:
    told = format_html(' aria-describedby="e{}-{}"', row.key, name) if name in {**row.errors, **row.doubts} else ""
    invalid = format_html(' aria-invalid="true"{}', told) if row.errors.get(name) else told
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
    hidden = "" if is_required else format_html(" hidden")
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
def drafted(row: Any) -> str:
    """What a form carries of a row's draft, so that nothing is stored over what another window has typed; '' of none."""
    return as_json(row.drafted) if row.drafted else ""


@register.filter
def as_json(value: Any) -> str:
    """For a `data-` attribute that a script reads."""
    return json.dumps(value, ensure_ascii=False)
