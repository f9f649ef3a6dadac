"""Grants: the roles of users, each for the whole province or for one prefecture. `access` reads them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.access import PREFECTURE_ROLES
from projects.choices import Role
from projects.database.prepared_statements import prepared

from .base import Record, RecordManager, person_field
from .places import Prefecture
from .revision import History

PREFECTURE_GOES_WITH_ROLE = _("A prefecture is given for the prefecture roles, and only for them.")


class GrantManager(RecordManager):
    def held_by(self, account: int) -> list[tuple[Any, ...]]:
        """Of each grant of an account: role, prefecture's key, adcode, Chinese and English name.

        Read at every request, so its SQL is made once for each account.
        """
        columns = ("role", "prefecture_id", "prefecture__adcode", "prefecture__name_zh", "prefecture__name_en")
        return prepared(("grants", account), lambda: Grant.objects.filter(user=account).values_list(*columns)).rows()


class Grant(Record):
    """A role of a user: for the whole province, or for one prefecture."""

    natural_key_fields = ("user__username", "role", "prefecture__adcode")

    user = person_field(_("user"), related_name="grants", null=False)
    role = models.CharField(_("role"), max_length=17, choices=Role.choices)
    prefecture = models.ForeignKey(
        Prefecture, verbose_name=_("prefecture"), null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )

    objects = GrantManager()
    history = History()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["user__username", "role", "prefecture__adcode", "id"]
        constraints = [
            models.CheckConstraint(
                name="grant_prefecture_goes_with_a_prefecture_role",
                condition=Q(role__in=PREFECTURE_ROLES, prefecture__isnull=False)
                | (~Q(role__in=PREFECTURE_ROLES) & Q(prefecture__isnull=True)),
                violation_error_message=PREFECTURE_GOES_WITH_ROLE,
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
        ]

    def __str__(self) -> str:
        place = f" · {self.prefecture}" if self.prefecture else ""
        return f"{self.user} · {self.get_role_display()}{place}"

    def clean(self) -> None:
        if (self.role in PREFECTURE_ROLES) != bool(self.prefecture_id):
            raise ValidationError({"prefecture": PREFECTURE_GOES_WITH_ROLE})
