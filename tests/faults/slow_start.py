"""The site, whose workers take a minute to begin, as on a machine that has much else to do."""

from __future__ import annotations

import os
import time
from pathlib import Path

import django

_setup = django.setup


def _late(set_prefix: bool = True) -> None:
    Path(os.environ["BEGUN"], str(os.getpid())).touch()
    time.sleep(60)
    _setup(set_prefix)


django.setup = _late

from portfolio.asgi import application  # noqa: E402, F401  what a web server loads
