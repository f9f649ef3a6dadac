"""Overruling: that a person kept what a plausibility rule doubted, with the reason. Written once, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.text import LONGEST_WORDS

from .base import AppendOnly, person_field
from .places import Prefecture
from .plausibility_rule import PlausibilityRule
from .revision import Revision

NEEDS_REASON = _("Confirming a doubtful value needs a reason.")


class Overruling(AppendOnly):
    """One doubt that was overruled, in the revision that wrote the record. Append-only, as events are.

    The record is named by its model and key, and in words: it may be undone or deleted later, and this stays.
    """

    prefecture_path = "prefecture_id"

    rule = models.ForeignKey(
        PlausibilityRule, verbose_name=_("plausibility rule"), on_delete=models.PROTECT, related_name="overrulings"
    )
    model = models.CharField(_("kind of record"), max_length=40)
    key = models.BigIntegerField(_("key of the record"))
    name = models.CharField(_("record"), max_length=300)
    prefecture = models.ForeignKey(
        Prefecture,
        verbose_name=_("prefecture"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="overrulings",
    )
    field = models.CharField(_("field"), max_length=40)
    value = models.CharField(_("value"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), max_length=LONGEST_WORDS)
    user = person_field(_("user"), related_name="overrulings", null=False)
    at = models.DateTimeField(_("time"))
    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="overrulings"
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("overruling")
        verbose_name_plural = _("overrulings")
        constraints = [
            models.CheckConstraint(
                name="overruling_has_a_reason", condition=~Q(reason=""), violation_error_message=NEEDS_REASON
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.rule}"

    @property
    def owning_prefecture_id(self) -> int | None:
        return self.prefecture_id
