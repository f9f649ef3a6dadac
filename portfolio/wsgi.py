"""What a web server loads: portfolio.wsgi:application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

application = get_wsgi_application()

# What start-up has built lives as long as the process; without it to walk through, the rare full collection
# no longer holds up a request.
gc.freeze()
