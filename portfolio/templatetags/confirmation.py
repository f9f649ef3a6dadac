"""Template tag of the confirmation: what a form that was held up has still to confirm."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import template
from django.template import RequestContext
from django.utils.translation import gettext as _

from projects.models import MonthlyReport
from projects.plausibility.checks import CHOSEN, REASON, get_open_doubts, parse_confirmation
from projects.plausibility.rules import Doubt

register = template.Library()


@register.inclusion_tag("frame/_confirmation.html", takes_context=True)
def confirmation(context: RequestContext, *, named: bool = False) -> dict[str, Any]:
    """A box for each rule that doubts something, and why it is right; nothing where nothing is doubted. A rule that doubts
    several records has one for each, so that some are confirmed and others left out.

    Stands inside the form that was sent, so that what was typed is sent again with it. A form of many records names them.
    """
    doubts, said = get_open_doubts(), dict[str, list[str]]()
    names = {(doubt.rule.kind, doubt.name) for doubt in doubts}
    several = {kind for kind, number in Counter(kind for kind, _name in names).items() if number > 1}
    for doubt in doubts:
        name = doubt.name if doubt.rule.kind in several else doubt.rule.kind
        said.setdefault(name, []).append(
            _message_with_name(doubt) if named or doubt.rule.kind in several else doubt.message
        )
    chosen, reason = parse_confirmation(context["request"].POST) if said else ([], "")
    rules = [
        {"name": f"{CHOSEN}{name}", "chosen": name in chosen, "messages": list(dict.fromkeys(messages))}
        for name, messages in said.items()
    ]
    return {"rules": rules, "reason_name": REASON, "reason": reason, "reason_missing": bool(chosen) and not reason}


def _message_with_name(doubt: Doubt) -> str:
    record = doubt.record
    name = record.entry.project.name if isinstance(record, MonthlyReport) else str(record)
    return _("%(project)s: %(problem)s") % {"project": name, "problem": doubt.message}
