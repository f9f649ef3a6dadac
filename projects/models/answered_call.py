"""Idempotency keys: POSTs that were answered, so that a repeat gets the same answer. Not register records: no revision."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LIFETIME = dt.timedelta(days=1)


class AnsweredCallQuerySet(models.QuerySet):
    def valid(self, now: dt.datetime) -> Self:
        """Those that a repeat is still answered by."""
        return self.filter(created_at__gt=now - LIFETIME)

    def expired(self, now: dt.datetime) -> Self:
        """The others."""
        return self.filter(created_at__lte=now - LIFETIME)


class AnsweredCall(models.Model):
    """One POST that named an `Idempotency-Key`, what was asked by it and what was answered.

    A form that is good for one time, such as that of a token, leaves its mark as the key, and as the body what it made.
    A row is stored in the transaction that carried out the call, so there is both or neither.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="answered_calls"
    )
    token = models.CharField(
        _("token"),
        max_length=128,
        blank=True,
        help_text=_("The hash of the token. Empty: by the session of a browser."),
    )
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.CharField(_("fingerprint of what was asked"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status of the answer"))
    headers = models.JSONField(_("headers of the answer"), default=dict)
    body = models.TextField(_("answer"))
    created_at = models.DateTimeField(_("answered at"), db_index=True)

    objects = models.Manager.from_queryset(AnsweredCallQuerySet)()

    class Meta:
        verbose_name = _("answered call")
        verbose_name_plural = _("answered calls")
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "token", "key"],
                name="a_key_is_used_once_by_a_caller",
                violation_error_message=_("This key was used before."),
            )
        ]

    def __str__(self) -> str:
        return self.key
