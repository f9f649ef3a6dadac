"""Claims: published statements about a project's figures; they may disagree."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.choices import ClaimFigure, Unit
from projects.history.revisions import create_revision
from projects.periods import PartialDate
from projects.text import LONGEST_WORDS, bilingual

from .base import Deleted, OfProject, Record, RecordManager, RecordQuerySet
from .fields import AmountField, MonthNumberField, amount_in_range, month_in_year
from .project import Project
from .revision import History
from .source import Source

_PERCENT = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")
MONEY_FIGURES = [figure.value for figure in ClaimFigure if figure.unit == Unit.CNY]
AMOUNT_OR_STATED = _("A statement about money has an amount, any other has its words or number, and none has both.")


ADOPTED_IS_THE_FIGURE = _(
    "An adopted claim says what the project's figure is. Withdraw it before it says something else."
)
ADOPTED_STAYS = _("This claim is adopted: the project's figure is based on it. Withdraw it before it is deleted.")


class ClaimQuerySet(RecordQuerySet):
    def refuse_adopted(self) -> None:
        """Raise `ValidationError` if one of them is adopted."""
        if self.filter(adopted=True).exists():
            raise ValidationError(ADOPTED_STAYS)

    def delete(self) -> Deleted:
        with create_revision():
            self.refuse_adopted()
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Claim(OfProject, Record):
    """What one source says about one figure of a project. One or none for each figure is adopted."""

    natural_key_fields = ("project__code", "figure", "scope_en", "amount", "stated", "source__url")

    project = models.ForeignKey(Project, verbose_name=_("project"), on_delete=models.CASCADE, related_name="claims")
    figure = models.CharField(_("figure"), max_length=20, choices=ClaimFigure.choices)
    amount = AmountField(_("amount"), help_text=_("Whole CNY, for money."))
    stated = models.CharField(
        _("stated"),
        max_length=20,
        blank=True,
        help_text=_("For a date 2024-Q3 or 2023-12; for a share of the year's plan a percentage."),
    )
    through_month = MonthNumberField(
        _("through month"), null=True, blank=True, help_text=_("For progress: January to this month.")
    )
    year = models.PositiveSmallIntegerField(_("of the year"), null=True, blank=True)
    scope_zh = models.CharField(_("scope, Chinese"), max_length=200, blank=True)
    scope_en = models.CharField(_("scope, English"), max_length=200, blank=True)
    of_output_value = models.BooleanField(
        _("of output value"),
        default=False,
        help_text=_("For revenue: the source speaks of output value (产值), which stands for it."),
    )
    adopted = models.BooleanField(
        _("adopted"), default=False, help_text=_("The statement that the project's figure follows.")
    )
    adopted_because = models.TextField(
        _("adopted because"),
        max_length=LONGEST_WORDS,
        blank=True,
        help_text=_("Readers see it beside the figure; blank: no reason was recorded."),
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="claims")
    note_zh = models.TextField(_("note, Chinese"), max_length=LONGEST_WORDS, blank=True)
    note_en = models.TextField(_("note, English"), max_length=LONGEST_WORDS, blank=True)

    scope = bilingual("scope")
    note = bilingual("note")

    objects = RecordManager.from_queryset(ClaimQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["project__code", "figure", "-source__published", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "figure"],
                condition=Q(adopted=True),
                name="claim_is_adopted_once_for_each_project_and_figure",
                violation_error_message=_("Another claim about this figure is adopted already."),
            ),
            models.CheckConstraint(
                name="claim_has_an_amount_or_is_stated",
                condition=Q(figure__in=MONEY_FIGURES, amount__isnull=False, stated="")
                | (~Q(figure__in=MONEY_FIGURES) & Q(amount__isnull=True) & ~Q(stated="")),
                violation_error_message=AMOUNT_OR_STATED,
            ),
            amount_in_range("amount", of="claim"),
            month_in_year("through_month", of="claim"),
        ]

    def __str__(self) -> str:
        return f"{self.project.code} {self.get_figure_display()}"

    def clean(self) -> None:
        if not self.adopted:
            self.adopted_because = ""
        self._clean_statement()
        if self.adopted and not self._is_the_figure():
            raise ValidationError({"stated" if self.amount is None else "amount": ADOPTED_IS_THE_FIGURE})

    def let_go(self) -> None:
        """No longer adopted: the project's figure rests on something else from now on."""
        self.adopted = False
        self.save()

    def delete(self, *args: Any, **kwargs: Any) -> Deleted:
        """Raises `ValidationError` for one that is adopted: the figure would rest on nothing."""
        with create_revision():
            Claim.objects.filter(pk=self.pk).refuse_adopted()
            return super().delete(*args, **kwargs)

    def _is_the_figure(self) -> bool:
        """Return whether the project's figure, as it is stored now, is what this claim says."""
        project = Project.objects.filter(pk=self.project_id).first()
        if project is None or not ClaimFigure(self.figure).is_of_project:
            return False
        return project.figure(self.figure) == self.value

    def _clean_statement(self) -> None:
        if self.unit == Unit.CNY:
            if self.amount is None or self.stated:
                raise ValidationError({"amount": AMOUNT_OR_STATED})
            return
        if self.amount is not None or not self.stated:
            raise ValidationError({"stated": AMOUNT_OR_STATED})
        if self.unit == Unit.DATE:
            try:
                self.stated = str(PartialDate.parse(self.stated))
            except ValidationError as error:
                raise ValidationError({"stated": error}) from error
        elif not _PERCENT.fullmatch(self.stated):
            raise ValidationError({"stated": _("Type a percentage, such as 50.1.")})

    @property
    def unit(self) -> Unit | None:
        return ClaimFigure(self.figure).unit if self.figure in ClaimFigure.values else None

    @property
    def value(self) -> int | str:
        """Whole CNY for money, otherwise the date or the percentage as text."""
        return self.stated if self.amount is None else self.amount
