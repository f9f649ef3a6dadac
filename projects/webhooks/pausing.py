"""Pausing a webhook and letting it go on, each a compare-and-set: of two at once one wins, the other changes nothing."""

from __future__ import annotations

from typing import Any

from projects.choices import PauseReason
from projects.models import Webhook


def pause(webhook: Webhook, reason: PauseReason, detail: str = "") -> bool:
    """Send nothing more until the owner lets it go on; what waits goes on waiting. False where it was paused already."""
    working = Webhook.objects.filter(pk=webhook.pk, active=True)
    return bool(working.update(active=False, pause_reason=reason, pause_detail=detail))


def pause_by(webhook: Webhook, user: Any) -> bool:
    """The same by a person, whose name is kept."""
    return pause(webhook, PauseReason.PERSON, user.display_name)


def resume(webhook: Webhook) -> int | None:
    """Let it go on; the number of the first revision that is told then, or None where it was not paused."""
    paused = Webhook.objects.filter(pk=webhook.pk, active=False)
    if not paused.update(active=True, pause_reason="", pause_detail=""):
        return None
    waiting = webhook.deliveries.waiting().exclude(number=None).order_by("number")
    first = waiting.values_list("number", flat=True).first()
    return webhook.position + 1 if first is None else first
