"""`/webhooks/<key>/messages/<delivery>/skip/`: what a skipped message means, and on a yes the deed."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from projects.models import Webhook, WebhookDelivery
from projects.totals.scope import Scope
from projects.webhooks.delivery import skip

from .. import links
from ..private_pages import own_page
from .webhook_access import locked, own
from .webhook_rows import attempts_of, is_in_vain


@own_page
def skip_message(request: HttpRequest, key: int, delivery: int) -> HttpResponse:
    """Its owner alone. The change stays in the feed, the message in the log, with who skipped it and when."""
    shown = own(request, key)
    message = _message(shown, delivery)
    back = links.page("webhook", str(shown.pk))
    if request.method == "POST":
        with transaction.atomic():
            webhook = locked(request, key)
            _skipped(request, webhook, _message(webhook, delivery))
        return HttpResponseRedirect(back)
    if not is_in_vain(message):
        messages.warning(request, _("This message holds up no other, so there is nothing to skip."))
        return HttpResponseRedirect(back)
    context = {
        "scope": Scope.from_request(request),
        "title": _("Skip this message?"),
        "webhook": shown,
        "number": message.number,
        "attempt": attempts_of(message.attempts)[0] if message.attempts else None,
        "behind": shown.deliveries.pending().of_changes().filter(id__gt=message.pk).count(),
        "back": back,
    }
    return render(request, "webhooks/skip.html", context)


def _message(webhook: Webhook, key: int) -> WebhookDelivery:
    return get_object_or_404(webhook.deliveries, pk=key)


def _skipped(request: HttpRequest, webhook: Webhook, message: WebhookDelivery) -> None:
    if not is_in_vain(message):
        messages.warning(request, _("This message holds up no other, so there is nothing to skip."))
    elif not skip(message, request.user):
        messages.warning(request, _("This message is being sent just now. Look again in a minute."))
    elif webhook.active:
        messages.success(request, _("The message is skipped; those behind it are sent."))
    else:
        messages.success(request, _("The message is skipped; those behind it are sent once the webhook goes on."))
