"""User accounts. What an account may do is not here: see `projects.access`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from projects import access
from sectors.legible import Legible


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

    class Meta(AbstractUser.Meta):
        ordering = ["username", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_is_unique_whatever_its_case",
                violation_error_message=_("There is already an account of this name, perhaps in other letter case."),
            )
        ]

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the grants allow this, within the bounds of the token that was brought.

        Django itself would let a superuser pass before it asks anybody, and so past those bounds.
        """
        return access.may(self, perm, obj)

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
