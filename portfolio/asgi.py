"""ASGI entry point: what a web server loads, portfolio.asgi:application."""

import gc
import sys

from portfolio import server

server.end_with_the_master()  # before what takes seconds to load: a worker has the port already
server.hold_less_memory()

from portfolio.wsgi import application as whole  # noqa: E402
from portfolio.wsgi import response_cache, throttling  # noqa: E402

from django.urls import get_resolver  # noqa: E402  # isort: skip  the settings are there once the line above has run

from portfolio.front import Front  # noqa: E402
from portfolio.response_cache.release import release  # noqa: E402

# How long a thread may go on where others want to: by Python's own 5 ms, whoever is answered by the loop waits twice as
# long while pages are made. Measured: that costs two pages of a hundred.
sys.setswitchinterval(0.001)
application = Front(whole, throttling=throttling, response_cache=response_cache)

# Read the site map and know the release now: no visitor waits for them, and what is wrong with the map stops the start.
get_resolver().url_patterns  # noqa: B018
release()

# What start-up has built lives as long as the process; without it to walk through, the rare full collection
# no longer holds up a request. A page makes tens of thousands of objects and leaves next to none in a circle: to look
# for them after each 700 cost a twentieth of its time; after 20,000 some 4 MiB more wait than after half as many.
gc.freeze()
gc.set_threshold(10_000, 10, 20)
