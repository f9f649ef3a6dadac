"""URLs: the site map."""

from django.contrib import admin
from django.urls import include, path

from portfolio import health
from portfolio.help import help_page

urlpatterns = [
    path("api/", include("projects.api.urls")),
    path("livez", health.healthz, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", health.favicon, name="favicon"),
    path("admin/", admin.site.urls),
    path("help/", help_page, name="help"),
    path("", include("portfolio.dashboards.urls")),
    path("", include("projects.pages.urls")),
]

handler400 = health.bad_request
handler500 = health.server_error
