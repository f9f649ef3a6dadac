#!/usr/bin/env python3
"""The command line of the site: ./manage.py COMMAND."""

import os
import sys
from pathlib import Path

from portfolio.management.command_line import execute

DEMO_KEY = Path(__file__).with_name("var") / "secret_key"  # kept by `make run`

if __name__ == "__main__":
    if "SECRET_KEY" not in os.environ and DEMO_KEY.is_file():  # the site that is meant is the demonstration
        key = DEMO_KEY.read_text(encoding="utf-8").strip()
        os.environ |= {"HTTPS": "false", "PUBLIC_READ": "true", **os.environ, "SECRET_KEY": key}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    execute(sys.argv)
