"""The product's settings with static files in a place of their own, so that a test serves what it has collected itself."""

import os

from portfolio.settings import *  # noqa: F403

STATIC_ROOT = os.environ["COLLECTED"]
WSGI_APPLICATION = os.environ.get("SERVED", "portfolio.wsgi.application")  # another one to compare the site with
