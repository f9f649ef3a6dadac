"""Grants: the roles of users, each for the whole province or for one prefecture. `access` reads them.

A grant of one of `CONFIRMED_ROLES` that a person assigns waits, and gives nothing, until a second administrator confirms it.
What the server itself writes (a command, a load) holds at once. The rules are part of validation, so they are the same in
the administration, in an undo and wherever else a grant is written.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from projects.access import CONFIRMED_ROLES, PREFECTURE_ROLES
from projects.choices import Role
from projects.history.revisions import create_revision, present_user
from sectors.models import NaturalKeyManager

from .base import Deleted, Record, RecordQuerySet, person_field
from .fields import FieldCheck
from .places import Prefecture
from .revision import History

OWN_ROLE = _("You cannot change your own roles: another administrator does it.")
CONFIRMED_BY_ANOTHER = _(
    "A role is confirmed by an administrator who neither assigned it nor receives it nor set the password of the account."
)


class GrantQuerySet(RecordQuerySet):
    def delete(self) -> Deleted:
        if self.filter(user=present_user()).exists():
            raise ValidationError(OWN_ROLE)
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class GrantManager(NaturalKeyManager.from_queryset(GrantQuerySet)):  # type: ignore[misc]
    def held_by(self, account: int) -> list[tuple[Any, ...]]:
        """Return (role, prefecture's key, adcode, Chinese and English name) of each grant of an account that holds."""
        columns = ("role", "prefecture_id", "prefecture__adcode", "prefecture__name_zh", "prefecture__name_en")
        grants = self.filter(user=account, is_waiting=False).order_by("role", "prefecture__adcode", "pk")
        return list(grants.values_list(*columns))

    def wait_again(self, user: Any) -> int:
        """Have the confirmed roles of an account wait for another administrator, as if they were assigned now; how many.

        For whoever sets another's password, and so could sign in with what these roles give.
        """
        with create_revision():
            grants = list(self.filter(user=user, role__in=CONFIRMED_ROLES, is_waiting=False))
            for grant in grants:
                grant.is_waiting = True
                grant.save()
        return len(grants)


class Grant(Record):
    """A role of a user: for the whole province, or for one prefecture."""

    natural_key_fields = ("user__username", "role", "prefecture__adcode")

    user = person_field(_("user"), related_name="grants", null=False)
    role = models.CharField(_("role"), max_length=17, choices=Role.choices)
    prefecture = models.ForeignKey(
        Prefecture, verbose_name=_("prefecture"), null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )

    is_waiting = models.BooleanField(
        _("waits for confirmation"),
        default=False,
        editable=False,
        help_text=_("It gives nothing until another administrator has confirmed it."),
    )
    assigned_by = person_field(_("assigned by"), related_name="assigned_grants", editable=False)
    confirmed_by = person_field(_("confirmed by"), related_name="confirmed_grants", editable=False)

    objects = GrantManager()
    history = History()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["user__username", "role", "prefecture__adcode", "id"]
        constraints = [
            FieldCheck(
                name="grant_prefecture_goes_with_a_prefecture_role",
                field="prefecture",
                condition=Q(role__in=PREFECTURE_ROLES, prefecture__isnull=False)
                | (~Q(role__in=PREFECTURE_ROLES) & Q(prefecture__isnull=True)),
                violation_error_message=_("A prefecture is given for the prefecture roles, and only for them."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "prefecture"],
                name="grant_of_a_prefecture_is_given_once",
                violation_error_message=_("This user has this role already."),
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(prefecture__isnull=True),
                name="grant_of_the_province_is_given_once",
                violation_error_message=_("This user has this role already."),
            ),
            models.CheckConstraint(
                name="grant_is_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | (
                    Q(is_waiting=False)
                    & ~Q(confirmed_by=F("user"))
                    & (Q(assigned_by__isnull=True) | ~Q(confirmed_by=F("assigned_by")))
                ),
                violation_error_message=CONFIRMED_BY_ANOTHER,
            ),
        ]

    def __str__(self) -> str:
        place = f" · {self.prefecture}" if self.prefecture else ""
        return f"{self.user} · {self.get_role_display()}{place}"

    def clean(self) -> None:
        """Note who assigns it and whether it waits; refuse a person's own role, and what is no confirmation of another."""
        person, stored = present_user(), self._stored or {}
        if person is None:
            return
        if person.pk in (self.user_id, stored.get("user_id")):
            raise ValidationError(OWN_ROLE, code="own_role")
        changed = set(self.changed_fields())
        if not stored or changed & {"user", "role", "prefecture"}:
            self.assigned_by, self.confirmed_by = person, None
            self.is_waiting = self.role in CONFIRMED_ROLES
        elif self.is_waiting and not stored["is_waiting"]:
            self.assigned_by, self.confirmed_by = person, None
        elif changed and not self._is_confirmation(person, changed):
            raise ValidationError({"confirmed_by": CONFIRMED_BY_ANOTHER})

    def _is_confirmation(self, person: Any, changed: set[str]) -> bool:
        """Return whether what changed is that this person, who had no hand in it, confirms it."""
        return (
            changed == {"is_waiting", "confirmed_by"}
            and self.confirmed_by_id == person.pk
            and person.pk not in (self.assigned_by_id, self.user.password_set_by_id)
        )

    def confirm(self, *, by: Any) -> None:
        """Let it hold from now on. Call it under the lock of `create_revision()`, with the grant as it is stored.

        `by` is the administrator, None on the server. Raises `ValidationError` where it holds already or `by` may not.
        """
        if not self.is_waiting:
            told = gettext("“%(grant)s” holds already: %(person)s confirmed it.")
            person = self.confirmed_by.display_name if self.confirmed_by else gettext("the server")
            raise ValidationError(told % {"grant": self, "person": person}, code="confirmed")
        self.is_waiting, self.confirmed_by = False, by
        self.save()

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        person = present_user()
        if person is not None and person.pk == self.user_id:
            raise ValidationError(OWN_ROLE, code="own_role")
        return super().delete(*args, **kwargs)
