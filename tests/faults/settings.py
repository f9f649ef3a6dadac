"""The product's settings for a server of a test that shows pages: no collected files are needed."""

from portfolio.settings import *  # noqa: F403
from portfolio.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
