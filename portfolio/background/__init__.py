"""Background work: one thread in each process of the web server, which neither waits nor is waited for.

It writes when tokens and sessions were used (`portfolio.accounts`), removes what has expired (`housekeeping.py`) and hands
free memory back (`free_memory.py`). Only a web server calls `begin`, so that commands and tests write nothing that nobody
asked them for.
"""

from .worker import begin
