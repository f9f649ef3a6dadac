"""Signing secret, shown once: after it was made, on the next page of its webhook, to whoever made it."""

from __future__ import annotations

from django.http import HttpRequest

from projects.models import Webhook

_MADE = "webhook_secret_made"  # the session holds the webhook's key and never the secret


def remember(request: HttpRequest, webhook: Webhook) -> None:
    request.session[_MADE] = webhook.pk


def taken(request: HttpRequest, webhook: Webhook) -> str:
    """The secret, if it is to be shown now; empty ever after."""
    if request.method != "GET" or request.session.get(_MADE) != webhook.pk:
        return ""
    del request.session[_MADE]
    return webhook.secret if webhook.may_be_changed_by(request.user) else ""
