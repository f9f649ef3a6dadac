"""The register that recordings begin with: the demonstration, and what people have done in it since, by its interfaces."""

from __future__ import annotations

import re
from pathlib import Path

from .callers import PASSWORD, Callers

SCRIPT = Path(__file__).with_name("state.txt")
# name, account, what its token may, prefecture that it is bound to
TOKENS = [
    *((name, name, "write", "") for name in ("province", "reviewer", "changsha", "zhuzhou")),
    *((name, name, "read", "") for name in ("changsha-reader", "analyst", "admin")),
    ("bound", "analyst", "read", "430200"),
]


def load() -> None:
    """Fill an empty database with the demonstration."""
    from django.core.management import call_command

    from portfolio.management.commands import demo

    call_command("migrate", verbosity=0)
    call_command("loaddata", *demo.FIXTURES, verbosity=0)
    demo.make_accounts(PASSWORD)


def do(callers: Callers) -> None:
    """Make each account's token on its page, then do what the script says."""
    for name, account, scope, prefecture in TOKENS:
        bounds = {"prefectures": prefecture} if prefecture else {}
        values = {"label": f"recordings of {name}", "scope": scope, **bounds}
        made = callers.browser(account).submit("/tokens/add/", values)
        key = re.search(r'<code class="key">([^<]+)<', made.text)
        assert key, (name, made.text[:2000])
        callers.tokens[name] = key[1]
    callers.run(SCRIPT)
