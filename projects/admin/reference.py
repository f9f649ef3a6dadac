"""The admins of reference data: directions, sectors, chain links, prefectures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.models import Prefecture
from sectors.models import ChainLink, Direction, Sector

from .base import RegisterAdmin
from .filters import reference_filter
from .forms import RegisterForm

LINK_IN_USE = _("Projects of its present sector use this chain link. Change them first.")


class CodedAdmin(RegisterAdmin):
    """Records that have a code and two names."""

    list_display_links = ("code", "name_zh")
    search_fields = ("code", "name_zh", "name_en")
    search_help_text = _("Code or name")


@admin.register(Direction)
class DirectionAdmin(CodedAdmin):
    list_display = ("order", "code", "name_zh", "name_en", "measured_by")
    fields = ("code", "name_zh", "name_en", "order", "measured_by", ("source_url", "announced_on"))


@admin.register(Sector)
class SectorAdmin(CodedAdmin):
    related = ("direction",)
    list_display = ("order", "code", "name_zh", "name_en", "direction")
    fields = ("code", "name_zh", "name_en", "order", "direction")


class ChainLinkForm(RegisterForm):
    def clean_sector(self) -> Any:
        """Refuse what the database would refuse too, where it can be mended."""
        sector = self.cleaned_data["sector"]
        if self.instance.pk and self.instance.projects.exclude(sector=sector).exists():
            self.add_error("sector", LINK_IN_USE)
        return sector


@admin.register(ChainLink)
class ChainLinkAdmin(CodedAdmin):
    form = ChainLinkForm
    related = ("sector",)
    list_display = ("sector", "order", "code", "name_zh", "name_en")
    list_filter = (reference_filter("sector", _("sector"), Sector, key="code", path="sector"),)
    fields = ("sector", "code", "name_zh", "name_en", "order")


@admin.register(Prefecture)
class PrefectureAdmin(RegisterAdmin):
    list_display = ("adcode", "name_zh", "name_en")
    list_display_links = ("adcode", "name_zh")
    search_fields = ("adcode", "name_zh", "name_en")
    search_help_text = _("Code or name")
    fields = ("adcode", "name_zh", "name_en")
