"""Pausing a webhook and letting it go on, each a compare-and-set: of two at once one wins, the other changes nothing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from projects.models import Webhook


def pause(webhook: Webhook, reason: str) -> bool:
    """Send nothing more until the owner lets it go on; what waits goes on waiting. False where it was paused already."""
    return bool(Webhook.objects.filter(pk=webhook.pk, active=True).update(active=False, paused_because=reason))


def pause_by(webhook: Webhook, user: Any) -> bool:
    """The same by a person, whose name is the reason."""
    with override(settings.LANGUAGE_CODE):  # kept for all readers, as what a worker writes
        return pause(webhook, _("Paused by %(who)s.") % {"who": user.display_name})


def resume(webhook: Webhook) -> int | None:
    """Let it go on; the number of the first revision that is told then, or None where it was not paused."""
    if not Webhook.objects.filter(pk=webhook.pk, active=False).update(active=True, paused_because=""):
        return None
    waiting = webhook.deliveries.waiting().exclude(number=None).order_by("number")
    first = waiting.values_list("number", flat=True).first()
    return webhook.position + 1 if first is None else first
