"""Addresses of the dashboards and of accounts: signing in and out, tokens."""

from django.urls import path

from .views.about import about
from .views.accounts import sign_in, sign_out
from .views.chart import chart, picture
from .views.overview import overview
from .views.prefecture import prefecture
from .views.prefectures import prefectures
from .views.programmes import programmes
from .views.sector import sector
from .views.sectors import sectors
from .views.tokens import add_token, revoke_token, tokens

urlpatterns = [
    path("", overview, name="overview"),
    path("programmes/", programmes, name="programmes"),
    path("programmes/<int:year>/", overview, name="programme"),
    path("sectors/", sectors, name="sectors"),
    path("sectors/<slug:code>/", sector, name="sector"),
    path("prefectures/", prefectures, name="prefectures"),
    path("prefectures/<str:adcode>/", prefecture, name="prefecture"),
    path("charts/<slug:name>/", chart, name="chart"),
    path("charts/<slug:name>.svg", picture, name="chart-picture"),
    path("about/", about, name="about"),
    path("login/", sign_in, name="login"),
    path("logout/", sign_out, name="logout"),
    path("tokens/", tokens, name="tokens"),
    path("tokens/add/", add_token, name="token-add"),
    path("tokens/<slug:key>/revoke/", revoke_token, name="token-revoke"),
]
