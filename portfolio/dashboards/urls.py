"""Addresses of the dashboards and of signing in and out."""

from django.urls import path

from .views.about import about
from .views.accounts import sign_in, sign_out
from .views.overview import overview
from .views.prefecture import prefecture
from .views.prefectures import prefectures
from .views.programmes import programmes
from .views.sector import sector
from .views.sectors import sectors

urlpatterns = [
    path("", overview, name="overview"),
    path("programmes/", programmes, name="programmes"),
    path("programmes/<int:year>/", overview, name="programme"),
    path("sectors/", sectors, name="sectors"),
    path("sectors/<slug:code>/", sector, name="sector"),
    path("prefectures/", prefectures, name="prefectures"),
    path("prefectures/<str:adcode>/", prefecture, name="prefecture"),
    path("about/", about, name="about"),
    path("login/", sign_in, name="login"),
    path("logout/", sign_out, name="logout"),
]
