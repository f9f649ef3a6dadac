"""API tokens of other systems, and what one can be bound to."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from . import last_use
from .last_use import NOTED_EVERY
from .networks import get_address, is_within


class TokenScope(models.TextChoices):
    READ = "read", _("read")
    WRITE = "write", _("read and write")


class TokenQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own; an administrator, who keeps accounts, sees all."""
        return self if user.has_perm("portfolio.view_apitoken") else self.filter(user_id=user.pk)

    def usable(self, now: dt.datetime) -> Self:
        """Those that may still be asked with: neither expired nor revoked, and of an account that is not closed."""
        return self.filter(Q(expiry__isnull=True) | Q(expiry__gt=now), revoked_at__isnull=True, user__is_active=True)

    def revoke(self, *, by: Any) -> int:
        """End them for good; says how many. One that somebody else ended before stays as that one left it."""
        return self.filter(revoked_at__isnull=True).update(revoked_at=timezone.now(), revoked_by=by)

    def get_by_digest(self, digest: str) -> ApiToken | None:
        """Return the token with this digest and its account; None if there is none. One query."""
        return self.filter(digest=digest).select_related("user").first()

    revoke.queryset_only = True  # type: ignore[attr-defined]  nobody means all of them


class ApiToken(AbstractAuthToken):
    """A token by which another system asks as this user. Only its hash is stored; whoever loses it gets a new one.

    It can be bound to less than the user may do: to reading, to the rows of some prefectures, to some addresses. It is
    never changed, so what it was allowed can still be said when it has been revoked.
    """

    scope = models.CharField(_("scope"), max_length=5, choices=TokenScope, default=TokenScope.READ)
    label = models.CharField(
        _("label"), max_length=100, blank=True, help_text=_("Which system uses it, and whom to ask about it.")
    )
    prefectures = models.JSONField(
        _("only prefectures"), default=list, blank=True, help_text=_("Their codes. Empty: all that the user has.")
    )
    addresses = models.JSONField(
        _("only from addresses"),
        default=list,
        blank=True,
        help_text=_("Networks such as 10.1.0.0/16. Empty: from anywhere."),
    )
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, help_text=_("To the minute."))
    refused_at = models.DateTimeField(
        _("last refused"),
        null=True,
        blank=True,
        help_text=_("To the minute: when it came from an address that it is not for."),
    )
    refused_from = models.GenericIPAddressField(_("refused from"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="revoked_tokens",
    )

    objects = AuthTokenManager.from_queryset(TokenQuerySet)()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope__in=TokenScope.values),
                name="token_scope_is_known",
                violation_error_message=_("A token reads, or reads and writes."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_is_revoked_by_somebody_at_some_time",
                violation_error_message=_("Of a revoked token it is known when and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.label or self.token_key}"

    @property
    def may_write(self) -> bool:
        return self.scope == TokenScope.WRITE

    @property
    def has_expired(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()

    @property
    def has_ended(self) -> bool:
        """Whether it has ended for good, as all tokens of an account do that is taken out of use."""
        return self.revoked_at is not None or self.has_expired

    @property
    def is_usable(self) -> bool:
        """Whether it may still be asked with, from an address that it is for."""
        return not self.has_ended and self.user.is_active

    def may_come_from(self, address: str) -> bool:
        """Whether it may be used by a caller of this address."""
        return is_within(address, tuple(self.addresses))

    def note_use(self) -> None:
        """Let its owner see when it was used last, to the minute."""
        now = timezone.now()
        if self.last_used is None or now - self.last_used >= NOTED_EVERY:
            last_use.note(type(self).objects.filter(pk=self.pk), last_used=now)

    def note_refusal(self, address: str) -> None:
        """Let its owner see that it came from an address that it is not for; at most once a minute."""
        now, caller = timezone.now(), get_address(address)
        if self.refused_at is None or now - self.refused_at >= NOTED_EVERY:
            values = {"refused_at": now, "refused_from": str(caller) if caller else None}
            last_use.note(type(self).objects.filter(pk=self.pk), **values)

    def revoke(self, *, by: Any) -> bool:
        """End it for good. False where somebody was faster."""
        return bool(type(self).objects.filter(pk=self.pk).revoke(by=by))
