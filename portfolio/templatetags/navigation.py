"""What the navigation says besides names."""

from __future__ import annotations

from typing import Any

from django import template

from projects.access import access_of
from projects.models import MonthlyReport, Proposal

register = template.Library()


@register.simple_tag
def reports_waiting(user: Any, scope: Any = None) -> int | None:
    """How many reports wait for this reader's review; None, without asking, for whoever reviews none.

    The question of a page has asked already, together with the programmes.
    """
    if not getattr(user, "is_authenticated", False) or not access_of(user).writes_all:
        return None
    for programme in getattr(scope, "programmes", None) or ():
        return programme.waiting
    return MonthlyReport.objects.visible_to(user).submitted().count()


@register.simple_tag
def proposals_waiting(user: Any, scope: Any = None) -> int | None:
    """How many proposals wait for this reader: to be decided, or to be noted by who made them; None for all others."""
    if not getattr(user, "is_authenticated", False):
        return None
    access = access_of(user)
    if not (access.writes_all or access.writes_in):
        return None
    for programme in getattr(scope, "programmes", None) or ():
        return programme.proposed
    return Proposal.objects.waiting_for(user).count()


@register.simple_tag
def reads_rounds(user: Any) -> bool:
    """Whether somebody signed in has rounds to fill in or to read."""
    return getattr(user, "is_authenticated", False) and access_of(user).reads
