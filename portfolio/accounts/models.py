"""Accounts and API tokens. What an account may do is not here: see projects.access."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class User(AbstractUser):
    """A person or a system that signs in.

    Our own class from the first migration on, since a later change of the user model means rewriting every table that
    points to it. It has no rights of its own beyond Django's: grants say what a user sees and may change.
    """

    class Meta(AbstractUser.Meta):
        ordering = ["username", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_name_is_unique_whatever_its_case",
                violation_error_message=_("There is already an account of this name, perhaps in other letter case."),
            )
        ]

    @property
    def display_name(self):
        """The name to show: Chinese names are written family name first, without a blank."""
        if any(ord(character) > 0x2E7F for character in self.last_name + self.first_name):
            return f"{self.last_name}{self.first_name}"
        return self.get_full_name() or self.username


class TokenScope(models.TextChoices):
    READ = "read", _("read")
    WRITE = "write", _("read and write")


class ApiToken(AbstractAuthToken):
    """A token by which another system asks as this user. Only its hash is stored; whoever loses it gets a new one."""

    scope = models.CharField(_("scope"), max_length=5, choices=TokenScope, default=TokenScope.READ)
    label = models.CharField(
        _("label"), max_length=100, blank=True, help_text=_("Which system uses it, and whom to ask about it.")
    )
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, help_text=_("To the minute."))

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scope__in=TokenScope.values),
                name="token_scope_is_known",
                violation_error_message=_("A token reads, or reads and writes."),
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.label or self.token_key}"

    @property
    def may_write(self):
        return self.scope == TokenScope.WRITE
