"""Imports: workbooks that people sent, how they were read, and cell by cell what would come of them. No register records.

An import makes a revision when it is confirmed, and stands in none itself. What was written keeps its file and its cells,
for it is where they are from; a preview that nobody confirmed is gone after a day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import StrIndex
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.access import get_access
from projects.choices import FORMER_WORKBOOK_KINDS, AskedAtCell, CellVerdict, Channel, ImportState, WorkbookKind

from .attribution import in_words
from .fields import MonthNumberField
from .job import Job
from .places import Prefecture
from .programme import Programme
from .source import Source

KINDS = [*WorkbookKind.choices, *FORMER_WORKBOOK_KINDS]
LIFETIME = dt.timedelta(days=1)  # of what nobody confirmed
_KEPT = (ImportState.CONFIRMING, ImportState.DONE, ImportState.UNDOING, ImportState.UNDONE)


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """A person's own, but for those that show more than they may read today and as they ask; all for the province.

        What stood there before, and what headline figures come to, is stored as its sender read it. So a token that is
        bound to prefectures finds what was sent within these, and so does whoever was given other ones since.
        """
        access = get_access(user)
        if access.writes_all:
            return self
        if not access.roles:
            return self.none()
        own = self.filter(user=user.pk)
        if access.reads_all:
            return own
        place = StrIndex(OuterRef("reach"), F("adcode"))
        hidden = Prefecture.objects.exclude(pk__in=access.reads_in).alias(place=place).filter(place__gt=0)
        return own.exclude(reach="").exclude(Exists(hidden))

    def expired(self, now: dt.datetime) -> Self:
        """Those that nobody confirmed in time."""
        return self.filter(expires_at__lte=now).exclude(state__in=_KEPT)


class Import(models.Model):
    """One workbook that somebody sent, from the upload to what it has written.

    `reading` says how it was read (see `describe_reading` in `workbook_imports/jobs.py`), `heads` in which rows
    its heads are where somebody said it, `mapping` which column is which field, `choices` what was answered where the
    check asks (a `Choices`), `effects` each headline figure before and after. `words` say why it is refused, or why it
    could not be written.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="imports"
    )
    bound_to = models.JSONField(_("prefectures to which the token was bound"), default=list, blank=True)
    # codes, with commas
    reach = models.TextField(_("prefectures that its sender could read, blank for all"), blank=True)
    door = models.CharField(_("by"), max_length=7, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=10)
    kind = models.CharField(_("kind of workbook"), max_length=8, choices=KINDS)
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="imports"
    )
    month = MonthNumberField(_("month"), null=True, blank=True)
    name = models.CharField(_("file name"), max_length=200)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    state = models.CharField(
        _("state"), max_length=13, choices=ImportState.choices, default=ImportState.CHECKING, db_index=True
    )
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    signature = models.CharField(_("signature of the heads"), max_length=32, blank=True)
    heads = models.JSONField(_("rows of the heads"), null=True, blank=True)
    mapping = models.JSONField(_("mapping"), null=True, blank=True)
    choices = models.JSONField(_("what was answered"), default=dict, blank=True)
    reading = models.JSONField(_("how it was read"), default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    effects = models.JSONField(_("effects"), default=list, blank=True)
    fingerprint = models.CharField(_("fingerprint of the preview"), max_length=64, blank=True)
    words = models.TextField(_("what stands in the way"), blank=True)
    doubts = models.JSONField(_("what is doubted"), default=list, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reported_by = models.CharField(_("reported by"), max_length=200, blank=True)
    confirmed_rules = models.JSONField(_("doubts that were confirmed"), default=list, blank=True)
    revision_made = models.BigIntegerField(_("revision that it made"), null=True, blank=True)
    undone_by = models.BigIntegerField(_("revision that took it back"), null=True, blank=True)
    job = models.ForeignKey(
        Job, verbose_name=_("job"), null=True, blank=True, on_delete=models.SET_NULL, related_name="imports"
    )
    created_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), db_index=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = models.Manager.from_queryset(ImportQuerySet)()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[ImportState.DONE, ImportState.UNDONE], confirmed_at__isnull=False)
                | ~Q(state__in=[ImportState.DONE, ImportState.UNDONE]),
                name="import_is_written_once_confirmed",
                violation_error_message=_("What was written was confirmed."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])

    @property
    def reporter_in_words(self) -> str:
        return in_words(self.reported_by)

    @property
    def is_expired(self) -> bool:
        """Whether it is too late to confirm it, or its kind is no longer imported."""
        is_late = self.expires_at <= timezone.now() or self.kind not in WorkbookKind
        return self.state not in _KEPT and is_late


class ImportedFile(models.Model):
    """The bytes of an import, as they came."""

    of = models.OneToOneField(
        Import, verbose_name=_("import"), primary_key=True, on_delete=models.CASCADE, related_name="file"
    )
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.of_id)


class ImportedCellQuerySet(models.QuerySet):
    def with_content(self) -> Self:
        """All but those that only say which project it is, and were understood."""
        return self.filter(Q(is_key=False) | Q(verdict=CellVerdict.REFUSED) | ~Q(question=""))


class ImportedCell(models.Model):
    """One cell and what would come of it, or came of it. `before` and `after` are whole CNY, codes, dates as text, or null:
    nothing, as a cell that is refused would say.

    `row` counts from 1, as a spreadsheet does. `value` is what its text was read as, while it is checked.
    """

    of = models.ForeignKey(Import, verbose_name=_("import"), on_delete=models.CASCADE, related_name="cells")
    row = models.PositiveIntegerField(_("row"))
    address = models.CharField(_("cell"), max_length=12)
    project = models.CharField(_("project"), max_length=100, blank=True)
    field = models.CharField(_("field"), max_length=60)
    text = models.TextField(_("text"), blank=True)
    before = models.JSONField(_("before"), null=True, blank=True)
    after = models.JSONField(_("after"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=9, choices=CellVerdict.choices)
    row_verdict = models.CharField(_("verdict of the row"), max_length=9, choices=CellVerdict.choices)
    is_key = models.BooleanField(_("says which project"), default=False)
    is_proposal = models.BooleanField(_("is only proposed"), default=False)
    code = models.CharField(_("code of the fault"), max_length=40, blank=True)
    words = models.TextField(_("what is wrong"), blank=True)
    question = models.CharField(_("what is asked"), max_length=8, choices=AskedAtCell.choices, blank=True)
    options = models.JSONField(_("what is known of what is asked"), default=dict, blank=True)

    value: Any = None

    objects = models.Manager.from_queryset(ImportedCellQuerySet)()

    class Meta:
        verbose_name = _("imported cell")
        verbose_name_plural = _("imported cells")
        ordering = ["id"]  # as they stand in the file
        indexes = [
            models.Index(fields=["of", "verdict", "id"], name="imported_cell_verdict"),
            models.Index(fields=["of", "project"], name="imported_cell_project"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.address}"

    def refuse(self, code: str, words: Any) -> None:
        """Refuse the cell; of several faults the first is said."""
        if self.verdict != CellVerdict.REFUSED:
            self.verdict, self.code, self.words, self.after = CellVerdict.REFUSED, code, str(words), None

    @property
    def has_content(self) -> bool:
        """Whether `with_content` has it."""
        return not self.is_key or self.verdict == CellVerdict.REFUSED or bool(self.question)

    @property
    def is_written(self) -> bool:
        return self.verdict in (CellVerdict.NEW, CellVerdict.CHANGED)

    @property
    def letters(self) -> str:
        """Of its column."""
        return self.address.rstrip("0123456789")


class RememberedMapping(models.Model):
    """Which column is which field in tables with these heads, as somebody has said it once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="remembered_mappings"
    )
    kind = models.CharField(_("kind of workbook"), max_length=8, choices=KINDS)
    signature = models.CharField(_("signature of the heads"), max_length=32)
    heads = models.JSONField(_("rows of the heads"), null=True, blank=True)
    mapping = models.JSONField(_("mapping"))

    class Meta:
        verbose_name = _("remembered mapping")
        verbose_name_plural = _("remembered mappings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "signature"],
                name="a_mapping_is_remembered_once",
                violation_error_message=_("This mapping is remembered already."),
            )
        ]

    def __str__(self) -> str:
        return self.signature
