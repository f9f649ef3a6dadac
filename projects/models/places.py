"""Prefectures and enterprises."""

from __future__ import annotations

from typing import Any, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from projects.access import get_access
from sectors.models import Named

from .base import Record, RecordManager, RecordQuerySet
from .revision import History


class Prefecture(Record, Named):
    """A prefecture-level division (市州), by its six-digit code of GB/T 2260."""

    natural_key_fields = fixed_fields = ("adcode",)

    adcode = models.CharField(
        _("administrative code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"\A[0-9]{6}\Z", _("An administrative code has six digits."))],
        help_text=_("Six digits, GB/T 2260, such as 430100."),
    )

    history = History()

    class Meta:
        verbose_name = _("prefecture")
        verbose_name_plural = _("prefectures")
        ordering = ["adcode"]


class EnterpriseQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Enterprises of a project that the user sees, and those that no project names yet."""
        access = get_access(user)
        if access.reads_all:
            return self.all()
        if not access.reads_in:
            return self.none()
        projects = self.model.projects.rel.related_model.objects.filter(enterprise=OuterRef("pk")).order_by()
        # asked for without a join, which would give an enterprise once for each of its projects
        return self.filter(Exists(projects.visible_to(user)) | ~Exists(projects))


class Enterprise(Record, Named):
    """The enterprise that owns or builds a project."""

    natural_key_fields = ("name_zh",)

    name_zh = models.CharField(_("Chinese name"), max_length=200, unique=True)

    objects = RecordManager.from_queryset(EnterpriseQuerySet)()
    history = History()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ["name_zh", "id"]
