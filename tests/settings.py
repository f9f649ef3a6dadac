"""The product's settings as tests want them: independent of whatever environment the tests are started in."""

import os
import tempfile

for name in list(os.environ):
    if name.startswith(
        (
            "ALLOWED_HOSTS",
            "CSRF_TRUSTED_ORIGINS",
            "MAP_",
            "OFFICE_NAME_",
            "EMAIL_",
            "LEAST_COMPARED_PERCENT",
            "REMINDER_DAYS_",
            "SITE_URL",
            "CLOSED_MONTH_",
            "PROPOSAL_",
            "WEBHOOK_",
            "DATABASE_REPLICA_URL",
        )
    ):
        os.environ.pop(name)
os.environ |= {
    "DEBUG": "false",
    "SECRET_KEY": "a key that only tests know, and that is long enough for them",
    "HTTPS": "false",
    "TRUSTED_PROXY": "",
    "PUBLIC_READ": "false",
    "LOG_LEVEL": "WARNING",
    "THROTTLE_TOKEN": "0",
    "THROTTLE_ADDRESS": "0",
    "KEPT_ANSWERS_MB": "0",  # tests of the cache turn it on
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{tempfile.gettempdir()}/portfolio.sqlite3",
}

from portfolio.settings import *  # noqa: E402, F403
from portfolio.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production, and not memory: only so do two threads get two connections and wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/portfolio-tests-{os.getpid()}.sqlite3"}

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True  # no collected files are needed
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
