"""Django app of the reference data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SectorsConfig(AppConfig):
    """Reference data: sectors and the links of their industry chain. Imports nothing of the product."""

    name = "sectors"
    verbose_name = _("sectors and chains")
