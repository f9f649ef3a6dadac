"""Report drafts: what a person typed into a sheet and has not saved, and the unit in which they type. No register records.

Drafts are autosaved every second, so they make no revision, stand in no history and in no total. A draft is of the person,
not of the bureau: of two who fill in one sheet neither sees a half-typed word of the other, and where both save, the
conflict that is there for saved reports says so.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.choices import SheetUnit

from .entry import Entry
from .fields import MonthNumberField

LIFETIME = dt.timedelta(days=400)  # longer than a year's rounds, so that nobody's typing ends with a round


class ReportDraftQuerySet(models.QuerySet):
    def for_sheet(self, user: Any, entries: models.QuerySet, *, month: int) -> Self:
        """Return what this user typed into these rows of a month's sheet. Begun with their drafts, not with all entries."""
        return self.filter(models.Exists(entries.filter(pk=models.OuterRef("entry"))), user=user.pk, month=month)

    def expired(self, now: dt.datetime) -> Self:
        """Those that nobody has touched for long."""
        return self.filter(saved_at__lte=now - LIFETIME)


class ReportDraft(models.Model):
    """One row of a sheet as one person has typed it, over the report that had the digest `version`.

    `texts` are by field and hold only what differs from the report: amounts with their unit, so that they mean the same in
    whatever unit they are shown. `refused` are texts that mean nothing as they stand, as they were typed in `unit`; what
    `texts` has of their fields is what the cell held before.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="report_drafts"
    )
    entry = models.ForeignKey(
        Entry, verbose_name=_("list entry"), on_delete=models.CASCADE, related_name="report_drafts", db_index=False
    )
    month = MonthNumberField(_("month"))
    version = models.CharField(
        _("version"), max_length=32, help_text=_("The digest of the report that was typed over; new: there was none.")
    )
    texts = models.JSONField(_("what was typed"), default=dict, blank=True)
    refused = models.JSONField(_("what was typed and cannot be used"), default=dict, blank=True)
    unit = models.CharField(_("unit"), max_length=5, choices=SheetUnit.choices)
    saved_at = models.DateTimeField(_("saved at"), db_index=True)

    objects = models.Manager.from_queryset(ReportDraftQuerySet)()

    class Meta:
        verbose_name = _("report draft")
        verbose_name_plural = _("report drafts")
        ordering = ["entry", "month", "user", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "month", "user"],
                name="a_person_has_one_draft_of_a_row",
                violation_error_message=_("This row has a draft already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.month}"

    @property
    def cells(self) -> set[str]:
        """The names of the fields it holds something of."""
        return {*self.texts, *self.refused}


class SheetPreference(models.Model):
    """How a person wants the sheet: the unit of amounts."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="sheet_preference",
    )
    unit = models.CharField(_("unit"), max_length=5, choices=SheetUnit.choices, default=SheetUnit.SMALL)

    class Meta:
        verbose_name = _("preference of the sheet")
        verbose_name_plural = _("preferences of the sheet")
        ordering = ["user"]

    def __str__(self) -> str:
        return str(self.get_unit_display())
