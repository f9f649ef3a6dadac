"""What a web server loads: portfolio.wsgi:application."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

application = get_wsgi_application()

from portfolio.kept import Kept  # noqa: E402  needs the settings
from portfolio.limits import Limited  # noqa: E402
from portfolio.replicas import Replicas  # noqa: E402

application = Limited(Replicas(Kept(application)))

# Read the site map now: the first visitor does not wait for it, and what is wrong with it stops the start.
get_resolver().url_patterns  # noqa: B018

# What start-up has built lives as long as the process; without it to walk through, the rare full collection
# no longer holds up a request.
gc.freeze()
