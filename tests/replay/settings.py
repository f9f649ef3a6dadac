"""The product's settings for a recording: no limits, a fixed key, addresses that mean nothing, a database of its own."""

import os

for name in list(os.environ):
    if name.startswith(
        (
            "MAP_",
            "OFFICE_NAME_",
            "EMAIL_",
            "REMINDER_",
            "SITE_URL",
            "PROPOSAL_",
            "WEBHOOK_",
            "CACHE_URL",
            "TRUSTED_PROXY",
        )
    ):
        os.environ.pop(name)
os.environ |= {
    "DEBUG": "false",
    "SECRET_KEY": "of recordings alone, and as long as a key of a site has to be",
    "HTTPS": "false",
    "PUBLIC_READ": os.environ.get("REPLAY_PUBLIC", "true"),
    "ALLOWED_HOSTS": "monitor.example",
    "LOG_LEVEL": "CRITICAL",
    "THROTTLE_TOKEN": "0",
    "THROTTLE_ADDRESS": "0",
    "DATABASE_URL": os.environ["REPLAY_DATABASE"],
}

from portfolio.settings import *  # noqa: E402, F403
from portfolio.settings import CACHES, STORAGES  # noqa: E402

CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name} for name in CACHES
}  # nothing of another process
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True  # no collected files are needed
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
