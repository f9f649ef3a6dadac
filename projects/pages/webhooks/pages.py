"""Pages of webhooks: the list, one with its steps and messages, adding and deleting one, and skipping a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from projects.choices import DeliveryState
from projects.models import Revision, Webhook, WebhookDelivery
from projects.text import is_key, listing
from projects.totals.scope import Scope
from projects.webhooks.delivery import pause_by, resume, send_again, send_test, skip

from .. import formatting, links
from ..decorators import one_of, own_page
from ..list_pages import PAGE, PAGE_SIZE, get_pages
from ..monitoring.tabs import switch
from ..parameters import reads
from .webhook_form import FIELDS, WebhookForm, describe_webhook, get_version
from .webhook_rows import build_attempts, delivery_lines, is_in_vain, webhook_line


def get_visible_webhook(request: HttpRequest, key: int) -> Webhook:
    """Return the webhook of this key, where the user sees it. Raises `Http404`."""
    visible = Webhook.objects.visible_to(request.user).with_standing().select_related("user")
    return get_object_or_404(visible, pk=key)


def get_editable_webhook(request: HttpRequest, key: int) -> Webhook:
    """Return the webhook of this key, where the user may also change it. Raises `PermissionDenied` too."""
    shown = get_visible_webhook(request, key)
    if not shown.may_be_changed_by(request.user):
        raise PermissionDenied
    return shown


def get_webhook_for_update(request: HttpRequest, key: int) -> Webhook:
    """Return the webhook of this key inside a transaction, for nobody else to change or delete until its end."""
    visible = Webhook.objects.visible_to(request.user).select_for_update(of=("self",)).select_related("user")
    return get_object_or_404(visible, pk=key)


def key_in(text: str) -> int:
    """Return the key that was posted. Raises `Http404` for what is no number."""
    if not is_key(text):
        raise Http404
    return int(text)


_MADE = "webhook_secret_made"  # the session holds the webhook's key and never the secret


def remember_secret(request: HttpRequest, webhook: Webhook) -> None:
    request.session[_MADE] = webhook.pk


def take_secret(request: HttpRequest, webhook: Webhook) -> str:
    """Return the secret, if it is to be shown now; empty ever after."""
    if request.method != "GET" or request.session.get(_MADE) != webhook.pk:
        return ""
    del request.session[_MADE]
    return webhook.secret if webhook.may_be_changed_by(request.user) else ""


def get_allowed_steps(user: Any, webhook: Webhook) -> dict[str, bool]:
    """Return which steps this user may take now. What an administrator paused, its owner does not let go on."""
    is_own = webhook.may_be_changed_by(user)
    return {
        "test": True,
        "pause": webhook.may_be_paused_by(user),
        "resume": not webhook.active and webhook.may_be_resumed_by(user),
        "rotate": is_own,
        "again": is_own,
        "delete": is_own,
    }


def get_rotation(webhook: Webhook) -> str:
    """Return which rotation the page has seen: a button pressed twice must not rotate away a secret in use."""
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
    if request.POST.get("seen", "") != get_rotation(webhook):
        messages.warning(request, _("The secret was rotated meanwhile, so nothing was done. Look at it again."))
        return
    webhook.rotate_secret(timezone.now())
    remember_secret(request, webhook)
    until = formatting.minute(webhook.previous_until)
    messages.success(
        request, _("There is a new secret. Until %(until)s the one before signs as well.") % {"until": until}
    )


def _send_again(request: HttpRequest, webhook: Webhook) -> None:
    delivery = get_object_or_404(webhook.deliveries, pk=key_in(request.POST.get("delivery", "")))
    if not send_again(delivery):
        messages.warning(request, _("This message waits to be sent already."))
    elif webhook.active:
        messages.success(request, _("The message waits to be sent again, under the same id."))
    else:
        messages.warning(request, _("The message waits; it is sent again once the webhook goes on."))


def _owner_only(step: Callable[[HttpRequest, Webhook], None]) -> Callable[[HttpRequest, Webhook], None]:
    def step_of_owner(request: HttpRequest, webhook: Webhook) -> None:
        if not webhook.may_be_changed_by(request.user):
            raise PermissionDenied
        step(request, webhook)

    return step_of_owner


STEPS: dict[str, Callable[[HttpRequest, Webhook], None]] = {
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "rotate": _owner_only(_rotate),
    "again": _owner_only(_send_again),
}


@own_page
def webhooks(request: HttpRequest) -> HttpResponse:
    """One's own, an administrator's all. A POST names one (`webhook`) that is to get a test message."""
    if request.method == "POST":
        with transaction.atomic():
            send_test(get_webhook_for_update(request, key_in(request.POST.get("webhook", ""))))
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


ALL_STATES = "all"
STATES = (ALL_STATES, *DeliveryState.values)


@own_page
def add_webhook(request: HttpRequest) -> HttpResponse:
    """A new one of one's own, which begins after the newest revision. Its secret is shown on the page that follows."""
    webhook = Webhook(user=request.user, position=Revision.objects.newest_number())
    form = WebhookForm(request.POST if request.method == "POST" else None, webhook=webhook)
    if request.method == "POST" and form.is_valid() and form.fill(webhook):
        webhook.save()
        remember_secret(request, webhook)
        messages.success(request, _("The webhook is made. It begins with the next revision."))
        _warn(request, form)
        return HttpResponseRedirect(links.page("webhook", str(webhook.pk)))
    context = {"scope": Scope.from_request(request), "title": _("Add a webhook"), "form": form}
    return render(request, "webhooks/add.html", context, status=422 if form.errors else 200)


@own_page
@reads("state", PAGE)
def webhook(request: HttpRequest, key: int) -> HttpResponse:
    """Where it stands and what was sent. A POST names a step (`action`), or saves the form."""
    shown = get_visible_webhook(request, key)
    if request.method != "POST":
        return _render_webhook(request, shown)
    action = request.POST.get("action", "")
    if action == "save":
        return _save(request, shown)
    if action not in STEPS:
        known = listing(["save", *STEPS])
        raise ValidationError(
            {"action": _("“%(value)s” is not known. Known: %(known)s.") % {"value": action, "known": known}}
        )
    with transaction.atomic():
        STEPS[action](request, get_webhook_for_update(request, key))
    return HttpResponseRedirect(links.same_page(request))


def _save(request: HttpRequest, shown: Webhook) -> HttpResponse:
    """Change it as typed, if nobody has done so meanwhile. The host is looked up before anything is locked."""
    if not shown.may_be_changed_by(request.user):
        raise PermissionDenied
    form, status = WebhookForm(request.POST, webhook=shown), 422
    if form.is_valid():
        with transaction.atomic():
            stored = get_webhook_for_update(request, shown.pk)
            if get_version(stored) != form.cleaned_data["version"]:
                form.overtaken_by(stored)
                status = 409
            elif form.fill(stored):
                stored.save(update_fields=FIELDS)
                messages.success(request, _("Saved. It holds for messages that wait, too."))
                _warn(request, form)
                return HttpResponseRedirect(links.same_page(request))
    return _render_webhook(request, shown, form, status=status)


def _warn(request: HttpRequest, form: WebhookForm) -> None:
    if form.unknown_host:
        messages.warning(request, f"{form.unknown_host} " + _("Messages are tried all the same."))


def _render_webhook(
    request: HttpRequest, shown: Any, form: WebhookForm | None = None, *, status: int = 200
) -> HttpResponse:
    state = one_of(request, "state", STATES)
    counts = _counts(shown)
    pages = get_pages(request, counts[state])
    rows = shown.deliveries.all() if state == ALL_STATES else shown.deliveries.filter(state=state)
    is_own = shown.may_be_changed_by(request.user)
    begin = pages.first - 1
    context = {
        "scope": Scope.from_request(request),
        "title": shown.label,
        "line": webhook_line(shown, newest=Revision.objects.newest_number()),
        "told": describe_webhook(shown),
        "may": get_allowed_steps(request.user, shown),
        "form": (form or WebhookForm(webhook=shown)) if is_own else None,
        "secret": take_secret(request, shown),
        "seen": get_rotation(shown),
        "overlap_until": shown.previous_until if len(shown.secrets_at(timezone.now())) > 1 else None,
        "switches": [_switch(request, each, state, counts) for each in STATES],
        "deliveries": delivery_lines(rows[begin : begin + PAGE_SIZE], webhook=shown, may_send=is_own),
        "pages": pages,
        "any": bool(counts[ALL_STATES]),
    }
    return render(request, "webhooks/webhook.html", context, status=status)


def _counts(shown: Webhook) -> dict[str, int]:
    """Return how many messages there are in each state, and in all."""
    counts = Counter(dict(shown.deliveries.order_by().values_list("state").annotate(number=Count("pk"))))
    return dict.fromkeys(DeliveryState.values, 0) | counts | {ALL_STATES: counts.total()}


def _switch(request: HttpRequest, state: str, shown: str, counts: dict[str, int]) -> links.PageLink:
    label = pgettext("deliveries", "all") if state == ALL_STATES else str(DeliveryState(state).label)
    return switch(request, "state", state, label, shown=shown, count=counts[state])


@own_page
def skip_message(request: HttpRequest, key: int, delivery: int) -> HttpResponse:
    """Its owner alone. The change stays in the feed, the message in the log, with who skipped it and when."""
    shown = get_editable_webhook(request, key)
    message = _message(shown, delivery)
    back = links.page("webhook", str(shown.pk))
    if request.method == "POST":
        with transaction.atomic():
            webhook = get_webhook_for_update(request, key)
            _skip(request, webhook, _message(webhook, delivery))
        return HttpResponseRedirect(back)
    if not is_in_vain(message):
        messages.warning(request, _("This message holds up no other, so there is nothing to skip."))
        return HttpResponseRedirect(back)
    context = {
        "scope": Scope.from_request(request),
        "title": _("Skip this message?"),
        "webhook": shown,
        "number": message.number,
        "attempt": build_attempts(message.attempts)[0] if message.attempts else None,
        "behind": shown.deliveries.pending().of_changes().filter(id__gt=message.pk).count(),
        "back": back,
    }
    return render(request, "webhooks/skip.html", context)


def _message(webhook: Webhook, key: int) -> WebhookDelivery:
    return get_object_or_404(webhook.deliveries, pk=key)


def _skip(request: HttpRequest, webhook: Webhook, message: WebhookDelivery) -> None:
    if not is_in_vain(message):
        messages.warning(request, _("This message holds up no other, so there is nothing to skip."))
    elif not skip(message, request.user):
        messages.warning(request, _("This message is being sent just now. Look again in a minute."))
    elif webhook.active:
        messages.success(request, _("The message is skipped; those behind it are sent."))
    else:
        messages.success(request, _("The message is skipped; those behind it are sent once the webhook goes on."))


@own_page
def delete_webhook(request: HttpRequest, key: int) -> HttpResponse:
    """Its owner alone. Its messages and their log go with it."""
    shown = get_editable_webhook(request, key)
    if request.method == "POST":
        with transaction.atomic():
            get_webhook_for_update(request, key).delete()
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
