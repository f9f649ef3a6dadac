"""Months then: what the months of a programme were told from after a revision, so that nobody counts its history."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MonthsThen(models.Model):
    """The rows of `projects.totals.month_rows` as JSON, from a revision on until that of the programme's next.

    They follow from the history and are stored with the revision that made them others (`projects.totals.months_then`). Of a
    state before the first of a programme its history is counted.
    """

    programme = models.BigIntegerField(_("programme"))
    revision = models.BigIntegerField(_("revision number"))
    rows = models.TextField(_("rows of its months"))

    class Meta:
        verbose_name = _("months of a programme then")
        verbose_name_plural = _("months of programmes then")
        ordering = ["programme", "-revision", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "revision"],
                name="months_of_a_programme_once_a_revision",
                violation_error_message=_("The months of this programme are stored for this revision already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.revision}"
