"""URLs: the site map."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from portfolio import health
from portfolio.help import help_page

MOVED_FROM_ADMIN = {
    "portfolio/apitoken": "tokens",
    "projects/import": "imports",
    "projects/import/<int:key>/change": "import",
    "projects/proposal": "proposals",
    "projects/proposal/<int:number>/change": "proposal",
    "projects/reportevent": "changes",
    "projects/revision": "changes",
    "projects/revision/<int:number>/change": "revision",
}

urlpatterns = [
    path("api/", include("projects.api.urls")),
    path("livez", health.healthz, name="livez"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", health.favicon, name="favicon"),
    *(path(f"admin/{old}/", RedirectView.as_view(pattern_name=page)) for old, page in MOVED_FROM_ADMIN.items()),
    path("admin/", admin.site.urls),
    path("help/", help_page, name="help"),
    path("", include("portfolio.dashboards.urls")),
    path("", include("projects.pages.urls")),
]

handler400 = health.bad_request
handler500 = health.server_error
