"""The WSGI application of the site, with what stands in front of Django; `portfolio.asgi`, which is served, runs it."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

_django = get_wsgi_application()

from portfolio import background, database, waiting  # noqa: E402  need the settings, as do the next
from portfolio.kept import Kept  # noqa: E402
from portfolio.limits import Limited  # noqa: E402
from portfolio.replicas import Replicas  # noqa: E402
from portfolio.waiting.deadline import Deadline  # noqa: E402

waiting.begin()
database.refuse_unsafe()
connection.close()  # this thread asks no more
database.keep_open()
background.begin()

kept = Kept(_django)
limits = Limited(Replicas(kept))
application = Deadline(limits)
