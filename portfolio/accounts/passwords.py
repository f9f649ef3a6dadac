"""Forms that set a password: one's own, and an administrator's for somebody else. Both offer to end the API tokens."""

from __future__ import annotations

from django import forms
from django.contrib.admin.forms import AdminPasswordChangeForm as OwnForm
from django.contrib.auth.forms import AdminPasswordChangeForm, SetUnusablePasswordMixin
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portfolio.models import User
from projects.access import CONFIRMED_ROLES
from projects.history.revisions import present_user
from projects.models import Grant


def _tokens_field(*, initial: bool) -> forms.BooleanField:
    return forms.BooleanField(
        label=_("End the API tokens of this account too"),
        required=False,
        initial=initial,
        help_text=_(
            "Systems that use them are refused from then on, for good, and need new ones. Sessions end in any case; tokens"
            " that are not ended go on."
        ),
    )


class OwnPasswordForm(OwnForm):
    """One's own password. The session that it is changed in goes on, all others end."""

    end_tokens = _tokens_field(initial=False)

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        if self.cleaned_data["end_tokens"]:
            user.auth_token_set.all().revoke(by=user)
        return user


class PasswordForm(AdminPasswordChangeForm):
    """An administrator's form for an account. Whoever sets another's password could sign in as the other, so roles that
    take two administrators wait again.

    Django puts its help text together, and so in English, before it is known who reads it.
    """

    usable_password_help_text = format_lazy(
        "{} {}",
        SetUnusablePasswordMixin.usable_password_help_text,
        _("If disabled, the current password of this account is lost."),
    )
    end_tokens = _tokens_field(initial=True)

    def roles_that_wait(self) -> list[str]:
        """Return the names of the account's roles that would have to be confirmed again."""
        if not self._is_of_another():
            return []
        grants = Grant.objects.filter(user=self.user, role__in=CONFIRMED_ROLES, is_waiting=False)
        return [grant.get_role_display() for grant in grants]

    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        if self.cleaned_data["end_tokens"]:
            user.auth_token_set.all().revoke(by=present_user() or user)
        if user.has_usable_password() and self._is_of_another():
            Grant.objects.wait_again(user)
        return user

    def _is_of_another(self) -> bool:
        person = present_user()
        return person is not None and person.pk != self.user.pk
