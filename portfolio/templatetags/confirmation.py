"""Template tag of the confirmation: what a form that was held up has still to confirm."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext

from projects.plausibility.middleware import CHOSEN, REASON, confirmed_in, open_doubts

register = template.Library()


@register.inclusion_tag("frame/_confirmation.html", takes_context=True)
def confirmation(context: RequestContext) -> dict[str, Any]:
    """A box for each rule that doubts something, and why it is right; nothing where nothing is doubted.

    Stands inside the form that was sent, so that what was typed is sent again with it.
    """
    said: dict[str, list[str]] = {}
    for doubt in open_doubts():
        said.setdefault(doubt.rule.kind, []).append(doubt.message)
    chosen, reason = confirmed_in(context["request"].POST) if said else ([], "")
    rules = [
        {"name": f"{CHOSEN}{kind}", "chosen": kind in chosen, "messages": list(dict.fromkeys(messages))}
        for kind, messages in said.items()
    ]
    return {"rules": rules, "reason_name": REASON, "reason": reason, "reason_missing": bool(chosen) and not reason}
