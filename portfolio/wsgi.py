"""What a web server loads: portfolio.wsgi:application."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

application = get_wsgi_application()

from portfolio.drained import Drained  # noqa: E402  needs the settings, as do the next
from portfolio.kept import Kept  # noqa: E402
from portfolio.kept.release import release  # noqa: E402
from portfolio.limits import Limited  # noqa: E402
from portfolio.replicas import Replicas  # noqa: E402

application = Drained(Limited(Replicas(Kept(application))))

# Read the site map and know the release now: no visitor waits for them, and what is wrong with the map stops the start.
get_resolver().url_patterns  # noqa: B018
release()

# What start-up has built lives as long as the process; without it to walk through, the rare full collection
# no longer holds up a request.
gc.freeze()
