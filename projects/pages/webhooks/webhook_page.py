"""`/webhooks/add/` and `/webhooks/<key>/`: making a webhook; what one is told, its steps, and the log of its messages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import DeliveryState
from projects.models import Revision, Webhook
from projects.text import listing
from projects.totals.scope import Scope

from .. import links
from ..decorators import one_of
from ..list_pages import PAGE, PAGE_SIZE, pages_of
from ..monitoring.tabs import switch
from ..parameters import reads
from ..private_pages import own_page
from . import signing_secret
from .webhook_access import found, locked
from .webhook_actions import STEPS, allowed, seen_of
from .webhook_form import FIELDS, WebhookForm, told, version_of
from .webhook_rows import delivery_lines, webhook_line

ALL = "all"
SHOWN = (ALL, *DeliveryState.values)


@own_page
def add_webhook(request: HttpRequest) -> HttpResponse:
    """A new one of one's own, which begins after the newest revision. Its secret is shown on the page that follows."""
    webhook = Webhook(user=request.user, position=Revision.objects.newest_number())
    form = WebhookForm(request.POST if request.method == "POST" else None, webhook=webhook)
    if request.method == "POST" and form.is_valid() and form.fill(webhook):
        webhook.save()
        signing_secret.remember(request, webhook)
        messages.success(request, _("The webhook is made. It begins with the next revision."))
        _warn(request, form)
        return HttpResponseRedirect(links.page("webhook", str(webhook.pk)))
    context = {"scope": Scope.from_request(request), "title": _("Add a webhook"), "form": form}
    return render(request, "webhooks/add.html", context, status=422 if form.errors else 200)


@own_page
@reads("state", PAGE)
def webhook(request: HttpRequest, key: int) -> HttpResponse:
    """Where it stands and what was sent. A POST names a step (`action`), or saves the form."""
    shown = found(request, key)
    if request.method != "POST":
        return _shown(request, shown)
    action = request.POST.get("action", "")
    if action == "save":
        return _saved(request, shown)
    if action not in STEPS:
        known = listing(["save", *STEPS])
        raise ValidationError(
            {"action": _("“%(value)s” is not known. Known: %(known)s.") % {"value": action, "known": known}}
        )
    with transaction.atomic():
        STEPS[action](request, locked(request, key))
    return HttpResponseRedirect(links.same_page(request))


def _saved(request: HttpRequest, shown: Webhook) -> HttpResponse:
    """Change it as typed, if nobody has done so meanwhile. The host is looked up before anything is locked."""
    if not shown.may_be_changed_by(request.user):
        raise PermissionDenied
    form, status = WebhookForm(request.POST, webhook=shown), 422
    if form.is_valid():
        with transaction.atomic():
            stored = locked(request, shown.pk)
            if version_of(stored) != form.cleaned_data["version"]:
                form.overtaken_by(stored)
                status = 409
            elif form.fill(stored):
                stored.save(update_fields=FIELDS)
                messages.success(request, _("Saved. It holds for messages that wait, too."))
                _warn(request, form)
                return HttpResponseRedirect(links.same_page(request))
    return _shown(request, shown, form, status=status)


def _warn(request: HttpRequest, form: WebhookForm) -> None:
    if form.unknown_host:
        messages.warning(request, f"{form.unknown_host} " + _("Messages are tried all the same."))


def _shown(request: HttpRequest, shown: Any, form: WebhookForm | None = None, *, status: int = 200) -> HttpResponse:
    state = one_of(request, "state", SHOWN)
    counts = _counts(shown)
    pages = pages_of(request, counts[state])
    rows = shown.deliveries.all() if state == ALL else shown.deliveries.filter(state=state)
    is_own = shown.may_be_changed_by(request.user)
    begin = pages.first - 1
    context = {
        "scope": Scope.from_request(request),
        "title": shown.label,
        "line": webhook_line(shown, newest=Revision.objects.newest_number()),
        "told": told(shown),
        "may": allowed(request.user, shown),
        "form": (form or WebhookForm(webhook=shown)) if is_own else None,
        "secret": signing_secret.taken(request, shown),
        "seen": seen_of(shown),
        "overlap_until": shown.previous_until if len(shown.secrets_at(timezone.now())) > 1 else None,
        "switches": [_switch(request, each, state, counts) for each in SHOWN],
        "deliveries": delivery_lines(rows[begin : begin + PAGE_SIZE], webhook=shown, may_send=is_own),
        "pages": pages,
        "any": bool(counts[ALL]),
    }
    return render(request, "webhooks/webhook.html", context, status=status)


def _counts(shown: Webhook) -> dict[str, int]:
    """How many messages there are in each state, and in all."""
    counts = Counter(dict(shown.deliveries.order_by().values_list("state").annotate(number=Count("pk"))))
    return dict.fromkeys(DeliveryState.values, 0) | counts | {ALL: counts.total()}


def _switch(request: HttpRequest, state: str, shown: str, counts: dict[str, int]) -> links.PageLink:
    label = pgettext("deliveries", "all") if state == ALL else str(DeliveryState(state).label)
    return switch(request, "state", state, label, shown=shown, count=counts[state])
