"""Plan: an entry's amount for the year, announced, revised or monitored. A new one never erases the one before."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from projects.choices import PlanKind
from projects.periods import MONTHS_OF_YEAR
from projects.text import LONGEST_WORDS

from .base import OfEntry, Record, RecordManager, RecordQuerySet, basis_field, published_has_source
from .entry import Entry
from .fields import AmountField, Unique, amount_in_range
from .revision import History
from .source import source_field

REVISED_NEEDS_REASON = _("A revised plan says why the plan was changed.")
CURVE_IS_TWELVE_AMOUNTS = _("A curve is twelve whole amounts of CNY, January to December, none of them negative.")
CURVE_DOES_NOT_ADD_UP = _(
    "The twelve months come to %(sum)s CNY, but the plan is %(plan)s CNY: a difference of %(difference)s CNY."
)
ANNOUNCED_OTHERWISE = _("The list announces %(amount)s CNY for this entry. Record another amount as a revised plan.")


class PlanQuerySet(RecordQuerySet):
    def in_force(self) -> Self:
        """Return the newest plan of each kind of each entry."""
        newer = Plan.objects.filter(entry=OuterRef("entry"), kind=OuterRef("kind")).filter(
            Q(decided_on__gt=OuterRef("decided_on")) | Q(decided_on=OuterRef("decided_on"), pk__gt=OuterRef("pk"))
        )
        return self.filter(~Exists(newer))


class Plan(OfEntry, Record):
    """What one entry is to disburse in the year: the amount, who set it and when, by which document and why."""

    natural_key_fields = ("entry__project__code", "entry__programme__year", "kind", "decided_on")
    counted = Q()

    entry = models.ForeignKey(Entry, verbose_name=_("list entry"), on_delete=models.PROTECT, related_name="plans")
    kind = models.CharField(_("kind"), max_length=9, choices=PlanKind.choices, default=PlanKind.REVISED)
    amount = AmountField(_("amount"), null=False, blank=False, help_text=_("Whole CNY for the year."))
    curve = models.JSONField(
        _("months"),
        default=list,
        blank=True,
        help_text=_("Twelve amounts of CNY, January to December, that add up to the plan. Empty: pro rata."),
    )
    decided_on = models.DateField(_("decided on"))
    document = models.CharField(_("document"), max_length=300, blank=True, help_text=_("Number or title."))
    reason = models.TextField(_("reason"), max_length=LONGEST_WORDS, blank=True)
    basis = basis_field()
    source = source_field(related_name="plans")

    objects = RecordManager.from_queryset(PlanQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["entry__project__code", "-decided_on", "-id"]
        constraints = [
            Unique(
                fields=["entry", "kind", "decided_on"],
                name="plan_of_a_kind_is_decided_once_a_day",
                violation_error_message=_("This entry has a plan of this kind and day already."),
            ),
            amount_in_range("amount", of="plan"),
            models.CheckConstraint(
                name="plan_revised_has_a_reason",
                condition=~Q(kind=PlanKind.REVISED) | ~Q(reason=""),
                violation_error_message=REVISED_NEEDS_REASON,
            ),
            published_has_source(of="plan"),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_kind_display()} {self.decided_on}"

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        if self.kind == PlanKind.REVISED and not self.reason.strip():
            errors["reason"] = REVISED_NEEDS_REASON
        announced = self.entry.planned_disbursement if self.entry_id else None
        if self.kind == PlanKind.ANNOUNCED and announced is not None and self.amount not in (None, announced):
            errors["amount"] = ValidationError(ANNOUNCED_OTHERWISE, params={"amount": f"{announced:,}"})
        if self.curve and self.amount is not None:
            errors |= self._curve_errors()
        if errors:
            raise ValidationError(errors)

    def _curve_errors(self) -> dict[str, Any]:
        months = self.curve
        whole = isinstance(months, list) and all(type(month) is int and month >= 0 for month in months)
        if not whole or len(months) != MONTHS_OF_YEAR:
            return {"curve": CURVE_IS_TWELVE_AMOUNTS}
        added = sum(months)
        if added == self.amount:
            return {}
        shown = {"sum": f"{added:,}", "plan": f"{self.amount:,}", "difference": f"{abs(added - self.amount):,}"}
        return {"curve": ValidationError(CURVE_DOES_NOT_ADD_UP, params=shown)}
