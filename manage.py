#!/usr/bin/env python3
"""The command line of the site: ./manage.py COMMAND."""

import os
import sys

from portfolio.management.command_line import execute

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    execute(sys.argv)
