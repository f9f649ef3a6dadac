"""State numbers, which triggers raise: see `projects.database.state`. Nothing else writes them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StateNumber(models.Model):
    """Number of the present state of the data or of permission: another one after each change, in microseconds."""

    name = models.CharField(_("name"), max_length=10, primary_key=True)
    number = models.BigIntegerField(_("number"))
    written_in = models.BigIntegerField(_("transaction"))

    class Meta:
        verbose_name = _("state number")
        verbose_name_plural = _("state numbers")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"
