"""User accounts. What an account may do is not here: see `projects.access`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from projects import access
from projects.history.revisions import present_user
from sectors.models import Legible


class User(Legible, AbstractUser):
    """A person or a system that signs in.

    Our own class from the first migration on, since a later change of the user model means rewriting every table that
    points to it. It has no rights of its own: grants say what a user sees and may change.
    """

    language = models.CharField(
        _("language of e-mails"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Blank: the site's language, with English below."),
    )
    password_set_by = models.ForeignKey(
        "self",
        verbose_name=_("password set by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The last other person who did. Blank: nobody but its owner, or on the server."),
    )
    session_generation = models.PositiveIntegerField(
        _("generation of sessions"),
        default=0,
        editable=False,
        help_text=_(
            "Another one whenever the account is taken out of use or back, so that sessions of before are void."
        ),
    )

    class Meta(AbstractUser.Meta):
        ordering = ["username", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_is_unique_whatever_its_case",
                violation_error_message=_("There is already an account of this name, perhaps in other letter case."),
            )
        ]

    def set_password(self, raw_password: str | None) -> None:
        """As Django does; also notes who set it, if not its owner.

        That stays when its owner sets another: whoever knew it could have signed in and done so.
        """
        super().set_password(raw_password)
        person = present_user()
        if person is not None and person.pk != self.pk:
            self.password_set_by_id = person.pk

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As Django does. An account that is taken out of use, or back, loses its sessions and tokens for good."""
        fields = kwargs.get("update_fields")
        with transaction.atomic():
            if self.pk and (fields is None or "is_active" in fields) and self._changes_use():
                self.session_generation += 1
                kwargs["update_fields"] = fields and {*fields, "session_generation"}
                self.auth_token_set.all().revoke(by=present_user() or self)  # type: ignore[attr-defined]
            super().save(*args, **kwargs)

    def _changes_use(self) -> bool:
        return type(self).objects.filter(pk=self.pk).exclude(is_active=self.is_active).exists()

    def get_session_auth_hash(self) -> str:
        """Return what a session of this account must hold: after a new password, or once it was out of use, another."""
        return f"{super().get_session_auth_hash()}{self._generation}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same by each former SECRET_KEY."""
        return (f"{digest}{self._generation}" for digest in super().get_session_auth_fallback_hash())

    @property
    def _generation(self) -> str:
        return f"-{self.session_generation}" if self.session_generation else ""  # as before there were generations

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the grants allow this, within the bounds of the token that was brought.

        Django itself would let a superuser pass before it asks anybody, and so past those bounds.
        """
        return access.has_permission(self, perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return access.may_open(self, app_label)

    @property
    def has_name(self) -> bool:
        return bool(self.last_name or self.first_name)

    @property
    def display_name(self) -> str:
        """The name to show: Chinese names are written family name first, without a blank."""
        if any(ord(character) > 0x2E7F for character in self.last_name + self.first_name):
            return f"{self.last_name}{self.first_name}"
        return self.get_full_name() or self.username
