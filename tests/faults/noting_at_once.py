"""The site as it was: whoever reads with a token writes down when it was used, and waits for its turn to write."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")

from portfolio.accounts import token_use
from portfolio.asgi import application

_remember = token_use.note


def _note(digest: str, now: object) -> None:
    _remember(digest, now)
    token_use.flush()


token_use.note = _note

__all__ = ["application"]
