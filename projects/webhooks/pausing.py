"""Pausing a webhook and letting it go on, each a compare-and-set: of two at once one wins, the other changes nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from projects.choices import PauseReason
from projects.models import Webhook


def pause(webhook: Webhook, reason: PauseReason, detail: str = "") -> bool:
    """Send nothing more until it is let go on; what waits goes on waiting. False where it was paused already."""
    working = Webhook.objects.filter(pk=webhook.pk, active=True)
    return bool(working.update(active=False, pause_reason=reason, pause_detail=detail))


def pause_by(webhook: Webhook, user: Any) -> bool:
    """The same by a person, whose name is kept. What is not one's own, one pauses as an administrator."""
    own = webhook.may_be_changed_by(user)
    return pause(webhook, PauseReason.PERSON if own else PauseReason.ADMINISTRATOR, user.display_name)


def resume(webhook: Webhook) -> int | None:
    """Let it go on, with what it had given up first; the number of the revision told next, None where it was not paused."""
    with transaction.atomic():
        paused = Webhook.objects.filter(pk=webhook.pk, active=False)
        if not paused.update(active=True, pause_reason="", pause_detail=""):
            return None
        webhook.deliveries.untaken().send_anew(timezone.now())
        waiting = webhook.deliveries.waiting().of_changes().order_by("id")
        first = waiting.values_list("number", flat=True).first()
    return webhook.position + 1 if first is None else first
