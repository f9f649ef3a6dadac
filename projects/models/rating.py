"""Rating: a reviewer's own judgement of an entry, beside the light that a rule computes."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.choices import Light
from projects.text import LONGEST_WORDS

from .base import OfEntry, Record, RecordManager, RecordQuerySet, person_field
from .entry import Entry
from .fields import MonthNumberField, month_in_year
from .revision import History


class RatingQuerySet(RecordQuerySet):
    def most_recent(self, *, through: int) -> Self:
        """Return the last rating of each entry that speaks of no later month than `through`, 1 to 12."""
        later = Rating.objects.filter(entry=OuterRef("entry"), month__lte=through).filter(
            Q(month__gt=OuterRef("month")) | Q(month=OuterRef("month"), pk__gt=OuterRef("pk"))
        )
        return self.filter(~Exists(later), month__lte=through)


class Rating(OfEntry, Record):
    """Green, yellow or red, in a reviewer's words, for one entry and month. A new judgement is a new record."""

    natural_key_fields = ("entry__project__code", "entry__programme__year", "month", "rated_at")

    entry = models.ForeignKey(Entry, verbose_name=_("list entry"), on_delete=models.PROTECT, related_name="ratings")
    month = MonthNumberField(_("month"), help_text=_("The month that the judgement speaks of, 1 to 12."))
    light = models.CharField(_("rating"), max_length=6, choices=Light.choices)
    words = models.TextField(
        _("in words"), max_length=LONGEST_WORDS, help_text=_("Why: a reader will see it beside the computed light.")
    )
    author = person_field(_("author"), related_name="ratings", null=False)
    rated_at = models.DateTimeField(_("time"), default=timezone.now)
    rated_on = models.DateField(_("day"), help_text=_("The working date of the programme when it was written."))

    objects = RecordManager.from_queryset(RatingQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["entry__project__code", "-month", "-id"]
        constraints = [month_in_year("month", of="rating")]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_light_display()}"

    def clean_fields(self, exclude: object = None) -> None:
        if self.rated_on is None and self.entry_id:
            self.rated_on = self.entry.programme.today
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]

    @property
    def age(self) -> int:
        """Days since it was written, by the programme's own calendar."""
        return (self.entry.programme.today - self.rated_on).days
