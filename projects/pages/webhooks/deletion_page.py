"""`/webhooks/<key>/delete/`: what goes with a webhook, and on a yes the deed."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.totals.scope import Scope

from .. import links
from ..private_pages import own_page
from .webhook_access import locked, own


@own_page
def delete_webhook(request: HttpRequest, key: int) -> HttpResponse:
    """Its owner alone. Its messages and their log go with it."""
    shown = own(request, key)
    if request.method == "POST":
        with transaction.atomic():
            locked(request, key).delete()
        messages.success(request, _("The webhook “%(label)s” is deleted.") % {"label": shown.label})
        return HttpResponseRedirect(links.page("webhooks"))
    context = {
        "scope": Scope.from_request(request),
        "title": _("Delete this webhook?"),
        "webhook": shown,
        "deliveries": shown.deliveries.count(),
        "back": links.page("webhook", str(shown.pk)),
    }
    return render(request, "webhooks/delete.html", context)
