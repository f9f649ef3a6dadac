"""The admin of enterprises."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.models import Enterprise

from .base import RegisterAdmin


@admin.register(Enterprise)
class EnterpriseAdmin(RegisterAdmin):
    list_display = ("name_zh", "name_en")
    search_fields = ("name_zh", "name_en")
    search_help_text = _("Chinese or English name")
    fields = ("name_zh", "name_en")
