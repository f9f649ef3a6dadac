"""Plausibility rules as data, how often each spoke, and what was overruled with which reason."""

from __future__ import annotations

import datetime as dt
import re
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import Importance, LimitUnit, PlausibilityKind
from projects.text import LONGEST_WORDS, bilingual

from .base import AppendOnly, Record, RecordManager, RecordQuerySet, person_field
from .places import Prefecture
from .revision import History, Revision

NEEDS_LIMIT = _("This kind of rule needs a limit.")
HAS_NO_LIMIT = _("This kind of rule has no limit.")
NEEDS_MONTHS = _("This kind of rule needs a number of months, three or more.")
HAS_NO_MONTHS = _("This kind of rule does not count months.")
UNKNOWN_PLACE = _("In braces there may only be value, other and limit, as in {limit}.")
LEAST_MONTHS = 3
PLACES = ("value", "other", "limit")
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_OVER_MONTHS = (PlausibilityKind.OUTLIER,)
_WITH_LIMIT = [kind for kind in PlausibilityKind if kind.unit != LimitUnit.NONE]


class PlausibilityRuleQuerySet(RecordQuerySet):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(on_from__lte=day)


class PlausibilityRule(Record):
    """One rule for each kind, which is written in code. What it may speak of and how is here."""

    natural_key_fields = fixed_fields = ("kind",)
    units = {"months": LimitUnit.MONTHS.label}  # each row says that of its limit

    kind = models.CharField(_("kind"), max_length=20, choices=PlausibilityKind.choices, unique=True)
    importance = models.CharField(_("importance"), max_length=9, choices=Importance.choices)
    limit = models.PositiveBigIntegerField(
        _("limit"), null=True, blank=True, help_text=_("A whole number, in the unit that the kind names.")
    )
    months = models.PositiveSmallIntegerField(
        _("months before"),
        null=True,
        blank=True,
        help_text=_("Least number of months with data to compare with."),
    )
    message_zh = models.CharField(_("message, Chinese"), max_length=300)
    message_en = models.CharField(
        _("message, English"), max_length=300, help_text=_("{value}, {other} and {limit} stand for what is doubted.")
    )
    on_from = models.DateField(_("on from"), null=True, blank=True, help_text=_("Blank: the rule is off."))

    message = bilingual("message")

    objects = RecordManager.from_queryset(PlausibilityRuleQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("plausibility rule")
        verbose_name_plural = _("plausibility rules")
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                name="plausibility_rule_has_a_limit_where_its_kind_has",
                condition=Q(kind__in=_WITH_LIMIT, limit__isnull=False)
                | (~Q(kind__in=_WITH_LIMIT) & Q(limit__isnull=True)),
                violation_error_message=NEEDS_LIMIT,
            ),
            models.CheckConstraint(
                name="plausibility_rule_has_months_where_its_kind_has",
                condition=Q(kind__in=_OVER_MONTHS, months__gte=LEAST_MONTHS)
                | (~Q(kind__in=_OVER_MONTHS) & Q(months__isnull=True)),
                violation_error_message=NEEDS_MONTHS,
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def clean(self) -> None:
        errors: dict[str, object] = {}
        if self.kind in PlausibilityKind.values:
            if (self.limit is None) != (self.unit == LimitUnit.NONE):
                errors["limit"] = NEEDS_LIMIT if self.limit is None else HAS_NO_LIMIT
            if self.kind in _OVER_MONTHS and (self.months is None or self.months < LEAST_MONTHS):
                errors["months"] = NEEDS_MONTHS
            elif self.kind not in _OVER_MONTHS and self.months is not None:
                errors["months"] = HAS_NO_MONTHS
        for name in ("message_zh", "message_en"):
            if any(found[1] not in PLACES for found in _BRACES.finditer(getattr(self, name))):
                errors[name] = UNKNOWN_PLACE
        if errors:
            raise ValidationError(errors)

    @property
    def unit(self) -> LimitUnit:
        return PlausibilityKind(self.kind).unit


class PlausibilityTally(models.Model):
    """How often a rule spoke, at whatever door and whatever came of it. It is counted also where nothing was written."""

    rule = models.OneToOneField(
        PlausibilityRule,
        verbose_name=_("plausibility rule"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="tally",
    )
    spoke = models.PositiveBigIntegerField(_("times it spoke"), default=0)

    class Meta:
        verbose_name = _("tally of a plausibility rule")
        verbose_name_plural = _("tallies of plausibility rules")
        ordering = ["rule"]

    def __str__(self) -> str:
        return f"{self.rule}: {self.spoke}"


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
