"""Django app of the administration."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's admin with our site in it."""

    default_site = "portfolio.administration.site.AdministrationSite"
