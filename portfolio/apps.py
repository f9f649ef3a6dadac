"""Django app of the site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortfolioConfig(AppConfig):
    """The site itself: accounts, API tokens, dashboards and what serves them."""

    name = "portfolio"
    verbose_name = _("site")

    def ready(self):
        from portfolio import housekeeping  # noqa: F401  a kind of job
        from portfolio.settings import databases  # noqa: F401  registers the check of the database's guarantees
