"""Pages of webhooks: the list, one with its steps and messages, adding and deleting one, and skipping a message."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from projects.access import get_access, visible
from projects.changes.feed import LEFT
from projects.changes.kinds import all_kinds, get_readable_kinds
from projects.choices import DeliveryState, PauseReason
from projects.history.digests import digest_of
from projects.models import Prefecture, Project, Revision, Webhook, WebhookDelivery
from projects.models.fields import normalised_code
from projects.models.form_fields import SystemLabelField, TicksField
from projects.text import is_key, listing
from projects.totals.scope import Scope
from projects.webhooks.addresses import Obstacle, RefusedAddressError, UnknownHostError, addresses_of
from projects.webhooks.delivery import pause_by, resume, send_again, send_test, skip

from . import formatting, links
from .changes.log import EVENT_CHOICES
from .decorators import get_choice_parameter, own_page
from .list_pages import PAGE, PAGE_SIZE, get_pages
from .monitoring.tabs import switch
from .parameters import accepts_parameters

FIELDS = ("label", "url", "kinds", "events", "project", "prefecture")
ALL_CHOICES = [*EVENT_CHOICES, (LEFT, gettext_lazy("left what you may see"))]
OVERTAKEN = gettext_lazy("Meanwhile this webhook was changed. Nothing of yours is lost: look at it again, then save.")
_NOTHING_TO_SKIP = gettext_lazy("This message holds up no other, so there is nothing to skip.")
AT_ONCE = dt.timedelta(minutes=1)  # the same webhook again is a second click
ALL_STATES = "all"
STATES = (ALL_STATES, *DeliveryState.values)
_MADE = "webhook_secret_made"  # the session holds the webhook's key and never the secret
_OBSTACLES = dict(Obstacle.choices)
_IN_A_SENTENCE = 40  # characters of an answer
_SHORT = 120  # characters of what went wrong, beside where a webhook stands; the log has all


# the form


class WebhookForm(forms.ModelForm):
    """What its owner says of a webhook. What is stored already may stay, even where it is not to be chosen any more."""

    class Meta:
        model = Webhook
        fields = FIELDS

    label = SystemLabelField(help_text=gettext_lazy("Which system it is, and whom to ask about it."))
    url = forms.URLField(
        label=gettext_lazy("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Where messages are sent by POST, such as https://platform.example/hook."),
    )
    kinds = TicksField(
        label=gettext_lazy("Kinds of record"),
        help_text=gettext_lazy("None ticked: all that you may read, later ones too."),
    )
    events = TicksField(label=gettext_lazy("Kinds of change"), help_text=gettext_lazy("None ticked: all."))
    project = forms.CharField(
        label=gettext_lazy("Only of the project"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Its code, such as HN-EI-2023-01."),
    )
    prefecture = forms.ChoiceField(
        label=gettext_lazy("Only of the prefecture"),
        required=False,
        help_text=gettext_lazy("Projects that are there or were, and what belongs to them."),
    )
    version = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, instance: Webhook) -> None:
        self.unknown_host = ""  # what is said of an address whose host is not known now
        self.newest_version = "" if instance._state.adding else get_version(instance)
        super().__init__(data, auto_id="webhook-%s", instance=instance)
        self.fields["kinds"].choices = _get_kind_choices(instance)  # type: ignore[attr-defined]
        self.fields["events"].choices = [(name, formatting.sentence_case(str(label))) for name, label in ALL_CHOICES]  # type: ignore[attr-defined]
        self.fields["prefecture"].choices = _get_prefecture_choices(instance)  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """Refuse an address for its shape or a private network; a name that is not known today may be tomorrow."""
        try:
            addresses_of(self.cleaned_data["url"])
        except UnknownHostError as error:
            self.unknown_host = str(error)
        except RefusedAddressError as error:
            raise ValidationError(str(error)) from error
        return self.cleaned_data["url"]

    def clean_project(self) -> str:
        code = normalised_code(self.cleaned_data["project"])
        if not code or code == self.instance.project:
            return code
        if not Project.objects.visible_to(self.instance.user).filter(code=code).exists():
            raise ValidationError(_("You see no project of this code."))
        return code

    def add_conflict(self, stored: Webhook) -> None:
        """Say that it was changed meanwhile, and at each field that another changed what is stored now."""
        opened, self.newest_version = self.cleaned_data["version"].split("."), get_version(stored)
        newest = self.newest_version.split(".")
        if len(opened) != len(newest):  # of no version: any field may have been changed
            opened = [""] * len(newest)
        self.add_error(None, OVERTAKEN)
        for name, old, new in zip(FIELDS, opened, newest, strict=True):
            if old != new and getattr(stored, name) != self.cleaned_data.get(name):
                text = _("Stored now: %(value)s") % {"value": describe_webhook(stored)[name] or _("(empty)")}
                self.add_error(name, text)


def get_version(webhook: Webhook) -> str:
    """Return a digest of each field that the form can change: the worker moves the rest all the time."""
    return ".".join(digest_of(webhook, [webhook._meta.get_field(name)]) for name in FIELDS)


def describe_webhook(webhook: Webhook) -> dict[str, str]:
    """Return what is stored in each field of the form, in words; empty where it narrows nothing."""
    kinds = {kind.name: formatting.sentence_case(kind.label) for kind in all_kinds()}
    events = {name: formatting.sentence_case(str(label)) for name, label in ALL_CHOICES}
    places = visible(Prefecture.objects.all(), webhook.user)
    place = places.filter(adcode=webhook.prefecture).first() if webhook.prefecture else None
    return {
        "label": webhook.label,
        "url": webhook.url,
        "kinds": formatting.listing([kinds.get(name, name) for name in webhook.kinds]),
        "events": formatting.listing([events.get(name, name) for name in webhook.events]),
        "project": webhook.project,
        "prefecture": place.name if place else webhook.prefecture,
    }


def _get_kind_choices(webhook: Webhook) -> list[tuple[str, str]]:
    readable = {kind.name for kind in get_readable_kinds(webhook.user)}
    offered = readable | set(webhook.kinds)  # leaving one out would at last tick none, which means all
    return [(kind.name, formatting.sentence_case(kind.label)) for kind in all_kinds() if kind.name in offered]


def _get_prefecture_choices(webhook: Webhook) -> list[tuple[str, str]]:
    places = Prefecture.objects.filter(get_access(webhook.user).rows("pk"))
    choices = [(place.adcode, place.name) for place in places]
    if webhook.prefecture and webhook.prefecture not in dict(choices):
        choices.append((webhook.prefecture, webhook.prefecture))
    return [("", formatting.sentence_case(_("all"))), *choices]


# rows


@dataclass(frozen=True)
class WebhookStatus:
    """Where a webhook stands: `trouble` says why it is not told or does not take it, and `answer` in which words."""

    webhook: Webhook
    is_failing: bool
    trouble: str
    answer: str
    last_delivery: dt.datetime | None


@dataclass(frozen=True)
class DeliveryAttempt:
    """One try to send a message: `status` is empty where there was no answer, `said` is the answer or what went wrong.

    Or no try any more: `skipped_by` says whose decision that was.
    """

    at: dt.datetime | None
    status: str
    said: str
    milliseconds: int
    skipped_by: str

    @property
    def summary(self) -> str:
        """What came of it, shortly."""
        return self.status if self.answer else Truncator(f"{self.status} {self.said}".strip()).chars(_SHORT)

    @property
    def answer(self) -> str:
        """The words of the other side where they are too many for a sentence: they may be a whole page."""
        return self.said if self.status and len(self.said) > _IN_A_SENTENCE else ""


def build_attempts(log: list[dict[str, Any]]) -> list[DeliveryAttempt]:
    """Return the log of a message, the newest attempt first."""
    return [
        DeliveryAttempt(
            at=parse_datetime(entry.get("at") or ""),
            status=str(entry.get("status") or ""),
            said=" ".join(filter(None, [str(_OBSTACLES.get(entry.get("obstacle"), "")), entry.get("said")])),
            milliseconds=entry.get("ms") or 0,
            skipped_by=entry.get("skipped_by") or "",
        )
        for entry in reversed(log)
    ]


def get_status(webhook: Any) -> WebhookStatus:
    """Return where a webhook that was read `with_standing` stands."""
    delivered, attempts = build_attempts(webhook.taken or []), build_attempts(webhook.first_log or [])
    is_failing = webhook.active and bool(webhook.first_failures)
    has_given_up = not webhook.active and webhook.pause_reason == PauseReason.GIVEN_UP
    return WebhookStatus(
        webhook=webhook,
        is_failing=is_failing,
        trouble=_describe_trouble(webhook, attempts),
        answer=attempts[0].answer if attempts and (is_failing or has_given_up) else "",
        last_delivery=delivered[0].at if delivered else None,
    )


def _describe_trouble(webhook: Any, attempts: list[DeliveryAttempt]) -> str:
    """Return since when the first message that waits is tried in vain, or why the webhook is paused; '' where it works."""
    reason, number = webhook.pause_reason, webhook.first_failures
    if webhook.active:
        if not number:
            return ""
        since = attempts[:number][-1].at
        text = ngettext(
            "Since %(since)s; %(n)s attempt was unsuccessful. The last one: %(said)s",
            "Since %(since)s; %(n)s attempts were unsuccessful. The last one: %(said)s",
            number,
        )
        at = formatting.minute(since) if since else ""
        return text % {"since": at, "n": formatting.count(number), "said": attempts[0].summary}
    if reason == PauseReason.PERSON:
        return _("Paused by %(who)s.") % {"who": webhook.pause_detail}
    if reason == PauseReason.ADMINISTRATOR:
        text = _("Paused by %(who)s, an administrator. Only an administrator lets it go on.")
        return text % {"who": webhook.pause_detail}
    if reason == PauseReason.GIVEN_UP and attempts:
        return _("It did not take a message for days. The last answer: %(said)s") % {"said": attempts[0].summary}
    return webhook.get_pause_reason_display() or webhook.pause_detail


def is_skippable(delivery: WebhookDelivery) -> bool:
    """Return whether it was tried in vain and those behind it wait, so that it may be skipped."""
    is_undelivered = delivery.state in (DeliveryState.PENDING, DeliveryState.GIVEN_UP)
    return is_undelivered and delivery.number is not None and delivery.failures > 0


# access


def get_visible_webhook(request: HttpRequest, key: int) -> Webhook:
    """Return the webhook of this key, where the user sees it. Raises `Http404`."""
    visible = Webhook.objects.visible_to(request.user).with_standing().select_related("user")
    return get_object_or_404(visible, pk=key)


def get_editable_webhook(request: HttpRequest, key: int) -> Webhook:
    """Return the webhook of this key, where the user may also change it. Raises `PermissionDenied` too."""
    webhook = get_visible_webhook(request, key)
    if not webhook.may_be_changed_by(request.user):
        raise PermissionDenied
    return webhook


def get_webhook_for_update(request: HttpRequest, key: int) -> Webhook:
    """Return the webhook of this key inside a transaction, for nobody else to change or delete until its end."""
    visible = Webhook.objects.visible_to(request.user).select_for_update(of=("self",)).select_related("user")
    return get_object_or_404(visible, pk=key)


def parse_key(text: str) -> int:
    """Return the key that was posted. Raises `Http404` for what is no number."""
    if not is_key(text):
        raise Http404
    return int(text)


def remember_secret(request: HttpRequest, webhook: Webhook) -> None:
    request.session[_MADE] = webhook.pk


def take_secret(request: HttpRequest, webhook: Webhook) -> str:
    """Return the secret, if it is to be shown now; empty ever after."""
    if request.method != "GET" or request.session.get(_MADE) != webhook.pk:
        return ""
    del request.session[_MADE]
    return webhook.secret if webhook.may_be_changed_by(request.user) else ""


# steps


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
    delivery = get_object_or_404(webhook.deliveries, pk=parse_key(request.POST.get("delivery", "")))
    if not send_again(delivery):
        messages.warning(request, _("This message waits to be sent already."))
    elif webhook.active:
        messages.success(request, _("The message waits to be sent again, under the same id."))
    else:
        messages.warning(request, _("The message waits; it is sent again once the webhook goes on."))


STEPS: dict[str, Callable[[HttpRequest, Webhook], None]] = {
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "rotate": _rotate,
    "again": _send_again,
}
_STEPS_OF_OWNERS = ("rotate", "again")


# pages


@own_page
def webhooks(request: HttpRequest) -> HttpResponse:
    """One's own, an administrator's all. A POST names one (`webhook`) that is to get a test message."""
    if request.method == "POST":
        with transaction.atomic():
            _test(request, get_webhook_for_update(request, parse_key(request.POST.get("webhook", ""))))
        return HttpResponseRedirect(links.same_page(request))
    visible: Any = Webhook.objects.visible_to(request.user).with_standing().select_related("user")
    context = {
        "scope": Scope.from_request(request),
        "title": _("Webhooks"),
        "lines": [get_status(webhook) for webhook in visible],
        "newest": Revision.objects.newest_number(),
    }
    return render(request, "webhooks/webhooks.html", context)


@own_page
def add_webhook(request: HttpRequest) -> HttpResponse:
    """A new one of one's own, which begins after the newest revision. Its secret is shown on the page that follows."""
    webhook = Webhook(user=request.user, position=Revision.objects.newest_number())
    form = WebhookForm(request.POST if request.method == "POST" else None, instance=webhook)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            # one form of a user at a time, so that of two clicks the second finds the webhook of the first
            get_user_model()._default_manager.select_for_update(no_key=True).get(pk=request.user.pk)
            same = {"user": request.user, "label": webhook.label, "url": webhook.url}
            made = Webhook.objects.filter(**same, created_at__gte=timezone.now() - AT_ONCE).first()
            webhook = made or form.save()
        remember_secret(request, webhook)
        messages.success(request, _("The webhook is made. It begins with the next revision."))
        _warn(request, form)
        return HttpResponseRedirect(links.page("webhook", str(webhook.pk)))
    context = {"scope": Scope.from_request(request), "title": _("Add a webhook"), "form": form}
    return render(request, "webhooks/add.html", context, status=422 if form.errors else 200)


@own_page
@accepts_parameters("state", PAGE)
def webhook(request: HttpRequest, key: int) -> HttpResponse:
    """Where it stands and what was sent. A POST names a step (`action`), or saves the form."""
    webhook = get_visible_webhook(request, key)
    if request.method != "POST":
        return _render_webhook(request, webhook)
    action = request.POST.get("action", "")
    if action == "save":
        return _save(request, webhook)
    if action not in STEPS:
        known = listing(["save", *STEPS])
        raise ValidationError(
            {"action": _("“%(value)s” is not known. Known: %(known)s.") % {"value": action, "known": known}}
        )
    with transaction.atomic():
        stored = get_webhook_for_update(request, key)
        if action in _STEPS_OF_OWNERS and not stored.may_be_changed_by(request.user):
            raise PermissionDenied
        STEPS[action](request, stored)
    return HttpResponseRedirect(links.same_page(request))


def _save(request: HttpRequest, webhook: Webhook) -> HttpResponse:
    """Change it as typed, if nobody has done so meanwhile. The host is looked up before anything is locked."""
    if not webhook.may_be_changed_by(request.user):
        raise PermissionDenied
    form, status = WebhookForm(request.POST, instance=copy(webhook)), 422
    if form.is_valid():
        with transaction.atomic():
            stored = get_webhook_for_update(request, webhook.pk)
            if get_version(stored) == form.cleaned_data["version"]:
                form.instance.save(update_fields=FIELDS)
                messages.success(request, _("Saved. It holds for messages that wait, too."))
                _warn(request, form)
                return HttpResponseRedirect(links.same_page(request))
        form.add_conflict(stored)
        status = 409
    return _render_webhook(request, webhook, form, status=status)


def _warn(request: HttpRequest, form: WebhookForm) -> None:
    if form.unknown_host:
        messages.warning(request, formatting.sentences([form.unknown_host, _("Messages are tried all the same.")]))


def _render_webhook(
    request: HttpRequest, webhook: Webhook, form: WebhookForm | None = None, *, status: int = 200
) -> HttpResponse:
    state = get_choice_parameter(request, "state", STATES)
    numbers = Counter(dict(webhook.deliveries.order_by().values_list("state").annotate(number=Count("pk"))))
    counts = dict.fromkeys(DeliveryState.values, 0) | numbers | {ALL_STATES: numbers.total()}
    labels = {ALL_STATES: pgettext("deliveries", "all"), **dict(DeliveryState.choices)}
    pages = get_pages(request, counts[state])
    rows = webhook.deliveries.all() if state == ALL_STATES else webhook.deliveries.filter(state=state)
    rows = rows[pages.first - 1 : pages.first - 1 + PAGE_SIZE]
    is_own, now = webhook.may_be_changed_by(request.user), timezone.now()
    context = {
        "scope": Scope.from_request(request),
        "title": webhook.label,
        "line": get_status(webhook),
        "newest": Revision.objects.newest_number(),
        "descriptions": describe_webhook(webhook),
        "is_own": is_own,
        "may_pause": webhook.may_be_paused_by(request.user),
        "may_resume": not webhook.active and webhook.may_be_resumed_by(request.user),
        "form": (form or WebhookForm(instance=webhook)) if is_own else None,
        "secret": take_secret(request, webhook),
        "seen": get_rotation(webhook),
        "overlap_until": webhook.previous_until if len(webhook.secrets_at(now)) > 1 else None,
        "switches": [
            switch(request, "state", name, str(labels[name]), shown=state, count=counts[name]) for name in STATES
        ],
        "deliveries": [(row, build_attempts(row.attempts), is_own and is_skippable(row)) for row in rows],
        "now": now,
        "pages": pages,
        "any": bool(counts[ALL_STATES]),
    }
    return render(request, "webhooks/webhook.html", context, status=status)


@own_page
def skip_message(request: HttpRequest, key: int, delivery: int) -> HttpResponse:
    """Its owner alone. The change stays in the feed, the message in the log, with who skipped it and when."""
    webhook = get_editable_webhook(request, key)
    message = get_object_or_404(webhook.deliveries, pk=delivery)
    back = links.page("webhook", str(webhook.pk))
    if request.method == "POST":
        with transaction.atomic():
            stored = get_webhook_for_update(request, key)
            _skip(request, stored, get_object_or_404(stored.deliveries, pk=delivery))
        return HttpResponseRedirect(back)
    if not is_skippable(message):
        messages.warning(request, _NOTHING_TO_SKIP)
        return HttpResponseRedirect(back)
    context = {
        "scope": Scope.from_request(request),
        "title": _("Skip this message?"),
        "webhook": webhook,
        "number": message.number,
        "attempt": build_attempts(message.attempts)[0] if message.attempts else None,
        "behind": webhook.deliveries.pending().of_changes().filter(id__gt=message.pk).count(),
        "back": back,
    }
    return render(request, "webhooks/skip.html", context)


def _skip(request: HttpRequest, webhook: Webhook, message: WebhookDelivery) -> None:
    if not is_skippable(message):
        messages.warning(request, _NOTHING_TO_SKIP)
    elif not skip(message, request.user):
        messages.warning(request, _("This message is being sent just now. Look again in a minute."))
    elif webhook.active:
        messages.success(request, _("The message is skipped; those behind it are sent."))
    else:
        messages.success(request, _("The message is skipped; those behind it are sent once the webhook goes on."))


@own_page
def delete_webhook(request: HttpRequest, key: int) -> HttpResponse:
    """Its owner alone. Its messages and their log go with it."""
    webhook = get_editable_webhook(request, key)
    if request.method == "POST":
        with transaction.atomic():
            get_webhook_for_update(request, key).delete()
        messages.success(request, _("The webhook “%(label)s” is deleted.") % {"label": webhook.label})
        return HttpResponseRedirect(links.page("webhooks"))
    context = {
        "scope": Scope.from_request(request),
        "title": _("Delete this webhook?"),
        "webhook": webhook,
        "deliveries": webhook.deliveries.count(),
        "back": links.page("webhook", str(webhook.pk)),
    }
    return render(request, "webhooks/delete.html", context)
