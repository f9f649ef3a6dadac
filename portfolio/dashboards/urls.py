"""Addresses of the dashboards and of accounts: signing in and out, tokens."""

from django.urls import path

from .about import about
from .accounts import sign_in, sign_out
from .chart import chart, chart_file
from .overview import overview
from .prefectures import prefecture, prefectures
from .programmes import programmes
from .sectors import sector, sectors
from .tokens import add_token, revoke_token, tokens

urlpatterns = [
    path("", overview, name="overview"),
    path("programmes/", programmes, name="programmes"),
    path("programmes/<int:year>/", overview, name="programme"),
    path("sectors/", sectors, name="sectors"),
    path("sectors/<slug:code>/", sector, name="sector"),
    path("prefectures/", prefectures, name="prefectures"),
    path("prefectures/<str:adcode>/", prefecture, name="prefecture"),
    path("charts/<slug:name>/", chart, name="chart"),
    path("charts/<slug:name>.svg", chart_file, name="chart-picture"),
    path("about/", about, name="about"),
    path("login/", sign_in, name="login"),
    path("logout/", sign_out, name="logout"),
    path("tokens/", tokens, name="tokens"),
    path("tokens/add/", add_token, name="token-add"),
    path("tokens/<slug:key>/revoke/", revoke_token, name="token-revoke"),
]
