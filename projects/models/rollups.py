"""Numbers of states, which triggers keep, see `projects.database.rollups`. Nothing else writes them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DataState(models.Model):
    """One row: the number of the state that the data is in.

    `frame` is the number of the last state in which something changed that records are read by: reference data,
    programmes with their targets, accounts and what they may see, which lists have projects and which months reports.
    """

    number = models.BigIntegerField(_("number"))
    frame = models.BigIntegerField(_("number of the frame"), default=0)
    written_in = models.BigIntegerField(_("transaction"), default=0)

    class Meta:
        verbose_name = _("state of the data")
        verbose_name_plural = _("states of the data")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.number)


class TableState(models.Model):
    """For each table of records the number of the state in which it was changed last.

    Of what belongs to the frame there are none: whatever is read is read by that.
    """

    name = models.CharField(_("table"), max_length=63, primary_key=True)
    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("state of a table")
        verbose_name_plural = _("states of tables")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"


class ReaderState(models.Model):
    """One row: another number after every change of a token, a session or an account, which say who asks."""

    number = models.BigIntegerField(_("number"))

    class Meta:
        verbose_name = _("state of the readers")
        verbose_name_plural = _("states of the readers")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.number)
