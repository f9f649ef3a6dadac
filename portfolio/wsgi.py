"""WSGI application of the site; `portfolio.server` serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

_django = get_wsgi_application()

from portfolio.compression import Compression  # noqa: E402
from portfolio.settings import database_waits  # noqa: E402

from django.urls import get_resolver  # noqa: E402  # isort: skip

database_waits.limit()
get_resolver().url_patterns  # noqa: B018  what is wrong with the site map stops the start, and no visitor waits for it

application = Compression(_django)
