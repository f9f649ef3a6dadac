"""Webhooks: where other systems are told of changes, and what was sent there. Not register records: no revision."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from projects.choices import DeliveryState, PauseReason
from sectors.models import Legible

from .job import Job
from .revision import Revision

SECRETS_OVERLAP = dt.timedelta(days=1)
DELIVERING = "webhook"  # the kind of the jobs that send messages; the key of one is that of its message
KEY = Cast(OuterRef("pk"), models.CharField())


def new_secret() -> str:
    """Return a signing secret as Standard Webhooks writes it: `whsec_` and base64 of 24 random bytes."""
    return f"whsec_{secrets.token_urlsafe(24).replace('-', '+').replace('_', '/')}"


class WebhookQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own; an administrator sees all."""
        return self if is_administrator(user) else self.filter(user_id=user.pk)

    def with_standing(self) -> Self:
        """With how many messages wait, and the logs of the newest one that was delivered and of the first one that was not.

        `waiting`, `taken`, `first_log` and `first_failures`; None where there is no such message.
        """
        messages = WebhookDelivery.objects.filter(webhook=OuterRef("pk"))
        waiting = messages.pending().order_by().values("webhook").annotate(number=Count("pk")).values("number")
        delivered = messages.filter(state=DeliveryState.DELIVERED).order_by("-id").values("attempts")
        first = messages.undelivered().order_by("id")[:1]
        return self.annotate(
            waiting=Coalesce(Subquery(waiting), 0),
            taken=Subquery(delivered[:1]),
            first_log=Subquery(first.values("attempts")),
            first_failures=Subquery(first.values("failures")),
            first_number=Subquery(first.values("number")),
        ).annotate(
            waiting_since=Subquery(Revision.objects.filter(number=OuterRef("first_number")).values("created_at"))
        )


def is_administrator(user: Any) -> bool:
    """Return whether this is an administrator: who may see accounts."""
    return user.has_perm("projects.view_grant")


class Webhook(Legible, models.Model):
    """An address that is told what its owner may see, from `position` on.

    The secret is stored as it is, because signing needs it: a hash could check a secret but not sign with it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.CASCADE, related_name="webhooks"
    )
    label = models.CharField(_("label"), max_length=100, help_text=_("Which system it is, and whom to ask about it."))
    url = models.URLField(_("address"), max_length=500)
    kinds = models.JSONField(_("kinds of record"), default=list, blank=True, help_text=_("Empty: all."))
    events = models.JSONField(_("kinds of change"), default=list, blank=True, help_text=_("Empty: all."))
    project = models.CharField(_("code of a project"), max_length=60, blank=True)
    prefecture = models.CharField(_("code of a prefecture"), max_length=6, blank=True)
    secret = models.CharField(_("secret"), max_length=100, default=new_secret, editable=False)
    previous_secret = models.CharField(_("secret before"), max_length=100, blank=True, editable=False)
    previous_until = models.DateTimeField(_("secret before is used until"), null=True, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    pause_reason = models.CharField(
        _("paused because"), max_length=8, choices=PauseReason.choices, blank=True, editable=False
    )
    pause_detail = models.TextField(_("paused: more"), blank=True, editable=False)
    position = models.BigIntegerField(_("last revision looked at"), editable=False)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = models.Manager.from_queryset(WebhookQuerySet)()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["label", "id"]

    def __str__(self) -> str:
        return self.label

    def may_be_changed_by(self, user: Any) -> bool:
        """Its owner alone: it tells what the owner may see."""
        return self.user_id == user.pk

    def may_be_paused_by(self, user: Any) -> bool:
        """Its owner while it works; an administrator also when it does not, so that its owner cannot let it go on."""
        if self.may_be_changed_by(user):
            return self.active
        return is_administrator(user) and self.pause_reason != PauseReason.ADMINISTRATOR

    def may_be_resumed_by(self, user: Any) -> bool:
        """Its owner, but only an administrator what an administrator paused."""
        if self.pause_reason == PauseReason.ADMINISTRATOR:
            return is_administrator(user)
        return self.may_be_changed_by(user)

    def rotate_secret(self, now: dt.datetime) -> str:
        """Give it a new secret; messages are signed with the one before as well for a day."""
        self.previous_secret, self.previous_until = self.secret, now + SECRETS_OVERLAP
        self.secret = new_secret()
        self.save(update_fields=["secret", "previous_secret", "previous_until"])
        return self.secret

    def secrets_at(self, now: dt.datetime) -> list[str]:
        """Return the secrets to sign with, the newest first."""
        overlap = bool(self.previous_secret and self.previous_until and now < self.previous_until)
        return [self.secret, self.previous_secret] if overlap else [self.secret]


class DeliveryQuerySet(models.QuerySet):
    def pending(self) -> Self:
        """Return what is neither delivered, given up nor skipped."""
        return self.filter(state=DeliveryState.PENDING)

    def of_changes(self) -> Self:
        """Without tests, of which nothing depends."""
        return self.filter(number__isnull=False)

    def undelivered(self) -> Self:
        """The changes that its receiver still has to take: those given up too, with which it goes on when it is resumed."""
        return self.of_changes().filter(state__in=[DeliveryState.PENDING, DeliveryState.GIVEN_UP])

    def without_worker(self, now: dt.datetime) -> Self:
        """Return what no worker is at."""
        return self.filter(~Exists(Job.objects.leased(now).filter(kind=DELIVERING, key=KEY)))

    def due(self, now: dt.datetime) -> Self:
        """For each active webhook the first change that waits, if its time has come, and each test: it waits for nothing."""
        earlier = WebhookDelivery.objects.pending().of_changes()
        earlier = earlier.filter(webhook=OuterRef("webhook"), id__lt=OuterRef("id"))
        first = Q(number__isnull=True) | ~Exists(earlier)
        return self.pending().filter(first, webhook__active=True, next_attempt_at__lte=now)

    def without_job(self) -> Self:
        """Return what was not given to the workers."""
        return self.filter(~Exists(Job.objects.filter(kind=DELIVERING, key=KEY)))

    def send_anew(self, now: dt.datetime) -> int:
        """Let the workers send them at once and under the same ids, as if none had failed; how many. Not what one is at."""
        free = self.without_worker(now)
        keys = [str(key) for key in free.values_list("pk", flat=True)]
        Job.objects.completed().filter(kind=DELIVERING, key__in=keys).delete()
        return free.update(state=DeliveryState.PENDING, failures=0, next_attempt_at=now)


class WebhookDelivery(models.Model):
    """One message: the changes of one revision, sent until it is taken, given up or skipped. `attempts` is its log."""

    webhook = models.ForeignKey(Webhook, verbose_name=_("webhook"), on_delete=models.CASCADE, related_name="deliveries")
    message = models.UUIDField(_("message id"), default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(_("revision number"), null=True, blank=True, help_text=_("None: a test."))
    state = models.CharField(_("state"), max_length=9, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    attempts = models.JSONField(_("attempts"), default=list)

    objects = models.Manager.from_queryset(DeliveryQuerySet)()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "number"],
                name="webhook_has_one_message_for_a_revision",
                violation_error_message=_("There is a message for this revision already."),
            )
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="delivery_waiting")]

    def __str__(self) -> str:
        return str(self.message)
