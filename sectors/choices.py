"""Closed lists of the reference data."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DirectionMeasure(TextChoices):
    """By what a direction of the announcement is measured."""

    SECTORS = "sectors", _("what its sectors come to")
    TRANSFERRED = "transferred", _("projects transferred from other provinces")
