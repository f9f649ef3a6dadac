"""The admin of sources."""

from __future__ import annotations

from operator import attrgetter

from django.contrib import admin
from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from projects.models import Source

from .base import RegisterAdmin
from .display import column, partial_date_text
from .forms import RegisterForm


class SourceForm(RegisterForm):
    def _get_validation_exclusions(self) -> set[str]:
        """Both columns of the date are of this form, so that the constraint over address and date is checked here."""
        return super()._get_validation_exclusions() - {"published_precision"}


@admin.register(Source)
class SourceAdmin(RegisterAdmin):
    form = SourceForm
    list_display = ("publisher_column", "published_column", "address_column")
    search_fields = ("publisher_zh", "publisher_en", "url")
    search_help_text = _("Publisher or address")
    fields = ("url", ("publisher_zh", "publisher_en"), "published")
    readable = {"published": "published_text"}
    published_text = partial_date_text("published_on", _("published on"))
    publisher_column = column(_("publisher"), attrgetter("publisher"), order="publisher_zh")
    published_column = partial_date_text("published_on", _("published on"), order="published")

    @admin.display(description=_("address"), ordering="url")
    def address_column(self, source: Model) -> str:
        return (
            format_html('<a class="address" href="{0}" rel="noreferrer">{0}</a>', source.link)
            if source.link
            else source.url
        )
