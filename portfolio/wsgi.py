"""WSGI application of the site, with what stands in front of Django; `portfolio.asgi`, which is served, runs it."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

_django = get_wsgi_application()

from portfolio import background, timeouts  # noqa: E402  need the settings, as do the next
from portfolio.compression import Compression  # noqa: E402
from portfolio.settings import databases  # noqa: E402
from portfolio.throttling import Throttling  # noqa: E402
from portfolio.timeouts.wsgi import Deadline  # noqa: E402

timeouts.begin()
databases.refuse_unsafe(connection)
connection.close()  # this thread asks no more
databases.begin()
background.begin()

application = Deadline(Throttling(Compression(_django)))
