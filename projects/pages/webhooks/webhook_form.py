"""The form of a webhook: where it sends, and what of the register it is told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.access import get_access, visible
from projects.changes.feed import LEFT
from projects.changes.kinds import all_kinds, get_readable_kinds
from projects.history.digests import digest_of
from projects.models import Prefecture, Project, Webhook
from projects.models.fields import normalised_code
from projects.models.form_fields import SystemLabelField, TicksField
from projects.webhooks.addresses import RefusedAddressError, UnknownHostError, addresses_of

from .. import formatting
from ..changes.log import EVENT_CHOICES
from ..record_forms import RecordForm

FIELDS = ("label", "url", "kinds", "events", "project", "prefecture")
ALL_CHOICES = [*EVENT_CHOICES, (LEFT, gettext_lazy("left what you may see"))]
OVERTAKEN = gettext_lazy("Meanwhile this webhook was changed. Nothing of yours is lost: look at it again, then save.")


class WebhookForm(RecordForm):
    """What its owner says of a webhook. What is stored already may stay, even where it is not to be chosen any more."""

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

    def __init__(self, data: Any = None, *, webhook: Webhook) -> None:
        self.webhook = webhook
        self.unknown_host = ""  # what is said of an address whose host is not known now
        self.newest_version = "" if webhook._state.adding else get_version(webhook)
        super().__init__(data, auto_id="webhook-%s", initial={name: getattr(webhook, name) for name in FIELDS})
        self.fields["kinds"].choices = _kind_choices(webhook)  # type: ignore[attr-defined]
        self.fields["events"].choices = [(name, formatting.sentence_case(str(label))) for name, label in ALL_CHOICES]  # type: ignore[attr-defined]
        self.fields["prefecture"].choices = _prefecture_choices(webhook)  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """Refused for its shape or a private network; a name that is not known today may be tomorrow."""
        try:
            addresses_of(self.cleaned_data["url"])
        except UnknownHostError as error:
            self.unknown_host = str(error)
        except RefusedAddressError as error:
            raise ValidationError(str(error)) from error
        return self.cleaned_data["url"]

    def clean_project(self) -> str:
        code = normalised_code(self.cleaned_data["project"])
        if not code or code == self.webhook.project:
            return code
        if not Project.objects.visible_to(self.webhook.user).filter(code=code).exists():
            raise ValidationError(_("You see no project of this code."))
        return code

    def fill(self, webhook: Webhook) -> bool:
        """Give the webhook what was typed. False when it refuses itself: then the form says why."""
        for name in FIELDS:
            setattr(webhook, name, self.cleaned_data[name])
        try:
            webhook.full_clean()
        except ValidationError as error:
            self.refuse(error.message_dict)
            return False
        return True

    def overtaken_by(self, stored: Webhook) -> None:
        """Say that it was changed meanwhile, and at each field that another changed what is stored now."""
        begun, self.newest_version = self.cleaned_data["version"], get_version(stored)
        self.add_error(None, OVERTAKEN)
        for name in _changed_fields(begun, self.newest_version):
            if getattr(stored, name) != self.cleaned_data.get(name):
                now = _("Stored now: %(value)s") % {"value": describe_webhook(stored)[name] or _("(empty)")}
                self.add_error(name, now)


def get_version(webhook: Webhook) -> str:
    """Of each field that the form can change: the worker moves the rest all the time."""
    return ".".join(digest_of(webhook, [webhook._meta.get_field(name)]) for name in FIELDS)


def _changed_fields(begun: str, newest: str) -> list[str]:
    """The fields that differ between two versions; all where the first is none."""
    before, now = begun.split("."), newest.split(".")
    if len(before) != len(now):
        return list(FIELDS)
    return [name for name, old, new in zip(FIELDS, before, now, strict=True) if old != new]


def describe_webhook(webhook: Webhook) -> dict[str, str]:
    """What is stored in each field of the form, in words; empty where it narrows nothing."""
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


def _kind_choices(webhook: Webhook) -> list[tuple[str, str]]:
    readable = {kind.name for kind in get_readable_kinds(webhook.user)}
    offered = readable | set(webhook.kinds)  # leaving one out would at last tick none, which means all
    return [(kind.name, formatting.sentence_case(kind.label)) for kind in all_kinds() if kind.name in offered]


def _prefecture_choices(webhook: Webhook) -> list[tuple[str, str]]:
    places = Prefecture.objects.filter(get_access(webhook.user).rows("pk"))
    choices = [(place.adcode, place.name) for place in places]
    if webhook.prefecture and webhook.prefecture not in dict(choices):
        choices.append((webhook.prefecture, webhook.prefecture))
    return [("", formatting.sentence_case(_("all"))), *choices]
