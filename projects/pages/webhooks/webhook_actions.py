"""The steps that a person takes with a webhook: who may take each, and what is said of it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Webhook
from projects.webhooks.delivery import pause_by, resume, send_again, send_test

from .. import formatting
from . import signing_secret
from .webhook_access import key_in


def allowed(user: Any, webhook: Webhook) -> dict[str, bool]:
    """Which steps this user may take now. What an administrator paused, its owner does not let go on."""
    is_own = webhook.may_be_changed_by(user)
    return {
        "test": True,
        "pause": webhook.may_be_paused_by(user),
        "resume": not webhook.active and webhook.may_be_resumed_by(user),
        "rotate": is_own,
        "again": is_own,
        "delete": is_own,
    }


def seen_of(webhook: Webhook) -> str:
    """Which rotation the page has seen: a button that is pressed twice must not rotate away a secret that is in use."""
    return webhook.previous_until.isoformat() if webhook.previous_until else ""


def _test(request: HttpRequest, webhook: Webhook) -> None:
    send_test(webhook)
    if webhook.active:
        messages.success(request, _("A test message waits to be sent."))
    else:
        messages.warning(request, _("A test message waits; it is sent once the webhook goes on."))


def _pause(request: HttpRequest, webhook: Webhook) -> None:
    if pause_by(webhook, request.user):
        messages.success(request, _("Paused. Nothing is lost: it goes on where it stopped."))
    else:
        messages.warning(request, _("It was paused already."))


def _resume(request: HttpRequest, webhook: Webhook) -> None:
    if not webhook.may_be_resumed_by(request.user):
        raise PermissionDenied
    number = resume(webhook, by=request.user)
    if number is None:
        messages.warning(request, _("It was not paused."))
    else:
        messages.success(request, _("It goes on from revision %(number)s.") % {"number": number})


def _rotate(request: HttpRequest, webhook: Webhook) -> None:
    if request.POST.get("seen", "") != seen_of(webhook):
        messages.warning(request, _("The secret was rotated meanwhile, so nothing was done. Look at it again."))
        return
    webhook.rotate_secret(timezone.now())
    signing_secret.remember(request, webhook)
    until = formatting.minute(webhook.previous_until)
    messages.success(
        request, _("There is a new secret. Until %(until)s the one before signs as well.") % {"until": until}
    )


def _again(request: HttpRequest, webhook: Webhook) -> None:
    delivery = get_object_or_404(webhook.deliveries, pk=key_in(request.POST.get("delivery", "")))
    if not send_again(delivery):
        messages.warning(request, _("This message waits to be sent already."))
    elif webhook.active:
        messages.success(request, _("The message waits to be sent again, under the same id."))
    else:
        messages.warning(request, _("The message waits; it is sent again once the webhook goes on."))


def _for_its_owner(step: Callable[[HttpRequest, Webhook], None]) -> Callable[[HttpRequest, Webhook], None]:
    def taken(request: HttpRequest, webhook: Webhook) -> None:
        if not webhook.may_be_changed_by(request.user):
            raise PermissionDenied
        step(request, webhook)

    return taken


STEPS: dict[str, Callable[[HttpRequest, Webhook], None]] = {
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "rotate": _for_its_owner(_rotate),
    "again": _for_its_owner(_again),
}
