"""`/webhooks/`: the addresses that are told of changes, where each stands, and a test message."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from projects.models import Webhook
from projects.scope import Scope
from projects.webhooks.delivering import send_test

from .. import links
from ..pages import work_page
from ..proposals.doors import turned_away


@work_page
def webhooks(request: HttpRequest) -> HttpResponse:
    """One's own, an administrator's all. A POST names one (`webhook`) that is to get a test message."""
    away = turned_away(request)
    if away is not None:
        return away
    visible = Webhook.objects.visible_to(request.user)
    if request.method == "POST":
        send_test(_named(visible, request.POST.get("webhook", "")))
        messages.success(request, _("A test message waits to be sent."))
        return HttpResponseRedirect(links.same_page(request))
    context = {"scope": Scope.of(request), "title": _("Webhooks"), "webhooks": visible.select_related("user")}
    response = render(request, "webhooks/webhooks.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _named(visible: Any, text: str) -> Webhook:
    """The webhook of that number, where the user sees it. A number that is none is not found."""
    is_number = text.isascii() and text.isdecimal() and len(text) < 19
    found = visible.filter(pk=int(text)).first() if is_number else None
    if found is None:
        raise Http404
    return found
