"""Pausing a webhook and letting it go on, each a compare-and-set: of two at once one wins, the other changes nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from projects.choices import PauseReason
from projects.models import Webhook
from projects.models.webhook import administers


def pause(webhook: Webhook, reason: PauseReason, detail: str = "") -> bool:
    """Send nothing more until it is let go on; what waits goes on waiting. False where it was paused already."""
    working = Webhook.objects.filter(pk=webhook.pk, active=True)
    return bool(working.update(active=False, pause_reason=reason, pause_detail=detail))


def pause_by(webhook: Webhook, user: Any) -> bool:
    """The same by a person, whose name is kept. What is not one's own, one pauses as an administrator.

    That holds also what was paused already, whatever for, unless another administrator did it.
    """
    if webhook.may_be_changed_by(user):
        return pause(webhook, PauseReason.PERSON, user.display_name)
    free = Webhook.objects.filter(pk=webhook.pk).exclude(pause_reason=PauseReason.ADMINISTRATOR)
    held = {"pause_reason": PauseReason.ADMINISTRATOR, "pause_detail": user.display_name}
    return bool(free.update(active=False, **held))


def resume(webhook: Webhook, *, by: Any = None) -> int | None:
    """Let it go on, with what it had given up first; the number of the revision told next, None where it was not paused.

    What an administrator has paused meanwhile stays so, if `by` is none.
    """
    with transaction.atomic():
        paused = Webhook.objects.filter(pk=webhook.pk, active=False)
        if by is not None and not administers(by):
            paused = paused.exclude(pause_reason=PauseReason.ADMINISTRATOR)
        if not paused.update(active=True, pause_reason="", pause_detail=""):
            return None
        webhook.deliveries.untaken().send_anew(timezone.now())
        waiting = webhook.deliveries.waiting().of_changes().order_by("id")
        first = waiting.values_list("number", flat=True).first()
    return webhook.position + 1 if first is None else first
