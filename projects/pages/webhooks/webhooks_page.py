"""`/webhooks/`: the addresses that are told of changes, where each stands, and a test message."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.models import Revision, Webhook
from projects.totals.scope import Scope
from projects.webhooks.delivery import send_test

from .. import links
from ..private_pages import own_page
from .webhook_access import key_in, locked
from .webhook_rows import webhook_line


@own_page
def webhooks(request: HttpRequest) -> HttpResponse:
    """One's own, an administrator's all. A POST names one (`webhook`) that is to get a test message."""
    if request.method == "POST":
        with transaction.atomic():
            send_test(locked(request, key_in(request.POST.get("webhook", ""))))
        messages.success(request, _("A test message waits to be sent."))
        return HttpResponseRedirect(links.same_page(request))
    visible: Any = Webhook.objects.visible_to(request.user).with_standing().select_related("user")
    newest = Revision.objects.newest_number()
    context = {
        "scope": Scope.from_request(request),
        "title": _("Webhooks"),
        "lines": [webhook_line(each, newest=newest) for each in visible],
    }
    return render(request, "webhooks/webhooks.html", context)
