"""A PostgreSQL server of a test's own, which it may stop, hang and turn read-only: the package's, on a free port."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn

from tests.postgres_programs import BINARIES, OWNER, standing_still
from tests.serving import free_port

NAME = "register"


class Server:
    """Durable, as the product asks for; reached by TCP."""

    def __init__(self) -> None:
        self.home, self.port = Path(tempfile.mkdtemp(prefix="postgres-")), free_port()
        self.process: subprocess.Popen | None = None
        if OWNER:
            shutil.chown(self.home, OWNER)
        self._run("initdb", "-D", self.data, "-U", "register", "--auth", "trust", "--no-sync", "--encoding", "UTF8")
        self.start()
        self.ask(f"CREATE DATABASE {NAME}", name="postgres")

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def url(self) -> str:
        return f"postgresql://register@127.0.0.1:{self.port}/{NAME}"

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [BINARIES / program, *map(str, arguments)], check=True, capture_output=True, user=OWNER, cwd=self.home
        )

    def start(self) -> None:
        command = [
            BINARIES / "postgres", "-D", self.data, "-k", self.home, "-p", str(self.port),
            "-c", "listen_addresses=127.0.0.1",
        ]  # fmt: skip
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, user=OWNER, cwd=self.home)
        for _turn in range(300):
            try:
                self.ask("SELECT 1", name="postgres")
                return
            except psycopg2.OperationalError:
                time.sleep(0.1)
        raise AssertionError((self.home / "log").read_text())

    def ask(self, sql: str, *, name: str = NAME) -> None:
        writing = "-c default_transaction_read_only=off"
        line = psycopg2.connect(host="127.0.0.1", port=self.port, user="register", dbname=name, options=writing)
        try:
            line.autocommit = True
            with line.cursor() as cursor:
                cursor.execute(sql)
        finally:
            line.close()

    @contextmanager
    def holding(self, sql: str) -> Iterator[None]:
        """Somebody else has done this in a transaction, and ends it with the block."""
        line = psycopg2.connect(host="127.0.0.1", port=self.port, user="register", dbname=NAME)
        try:
            with line.cursor() as cursor:
                cursor.execute(sql)
            yield
        finally:
            line.close()

    def copy(self, connection: Any) -> None:
        """What this connection of Django's is to: migrations and the register take much longer than a copy of them."""
        names = ("dbname", "host", "port", "user", "password", "options")
        source = {name: value for name, value in connection.get_connection_params().items() if name in names}
        dump = [BINARIES / "pg_dump", "--no-owner", "--dbname", make_dsn(**source)]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
            load = [BINARIES / "psql", "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", self.url]
            subprocess.run(load, stdin=dumping.stdout, stdout=subprocess.DEVNULL, check=True)
        assert dumping.returncode == 0

    def stop(self) -> None:
        """At once, and in order."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """All its processes stand still, while the system goes on to acknowledge what they are sent."""
        assert self.process is not None
        with standing_still(self.process.pid):
            yield

    @contextmanager
    def reading_only(self) -> Iterator[None]:
        """As after another has taken its place."""
        with self.having("default_transaction_read_only", "on", otherwise="off"):
            yield

    @contextmanager
    def having(self, name: str, value: str, *, otherwise: str) -> Iterator[None]:
        """One of its settings has another value."""
        self._set(name, value)
        try:
            yield
        finally:
            self._set(name, otherwise)

    def _set(self, name: str, value: str) -> None:
        """Of the whole server. Whoever connects anew has it, and who is connected has it a moment later."""
        self.ask(f"ALTER SYSTEM SET {name} = {value}", name="postgres")
        self.ask("SELECT pg_reload_conf()", name="postgres")
        time.sleep(0.2)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Whoever is connected is sent away, and nobody is let in."""
        self.ask(f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS false", name="postgres")
        of_others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        self.ask(f"SELECT pg_terminate_backend(pid) {of_others}", name="postgres")
        try:
            yield
        finally:
            self.ask(f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS true", name="postgres")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.remove()
