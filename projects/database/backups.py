"""Backups: one file with a copy of the whole database and a manifest, by which what it restores to is compared with it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

MANIFEST, COPY = "manifest.json", "database"
_ROWS = 2000  # that are read at once
OpenCursor = Callable[[], Any]
Tables = dict[str, list[Any]]  # name of a table -> number of its rows, digest of all of them


class BackupError(Exception):
    """Why no backup was made or none was restored, as one sentence for the operator."""


def make_backup(path: Path) -> dict[str, Any]:
    """Write a backup of the database to a new file while the site runs, and return its manifest.

    Copy and digests are of one moment: SQLite's digests are taken of the copy, PostgreSQL's in the snapshot that is dumped.
    """
    if path.exists():
        raise BackupError(_("%(path)s is there already; name a new file.") % {"path": path})
    with _folder_beside(path) as folder:
        copy = folder / COPY
        contents = _copy_sqlite(copy) if connection.vendor == "sqlite" else _dump_postgresql(copy)
        manifest = contents | {
            "vendor": connection.vendor,
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "sha256": _digest_file(copy),
        }
        archive = folder / "backup.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as backup:
            backup.writestr(MANIFEST, json.dumps(manifest, indent=1))
            backup.write(copy, COPY)
        archive.chmod(0o600)
        archive.replace(path)
    return manifest


def restore_backup(path: Path, *, replace: bool = False) -> dict[str, Any]:
    """Restore a backup into the database, which must be empty unless it may be replaced, and return the manifest.

    Raises `BackupError` before anything is written for a damaged file and for one of another database or release, and
    where a restored table is not what was backed up.
    """
    with _folder_beside(path) as folder:
        manifest = _unpack(path, folder)
        _refuse_unfit(manifest, replace=replace)
        if connection.vendor == "sqlite":
            _restore_sqlite(folder / COPY, manifest)
        else:
            _restore_postgresql(folder / COPY, replace=replace)
    with transaction.atomic():
        _refuse_different(manifest["tables"], digest_tables(connection.chunked_cursor))
    return manifest


def digest_tables(open_cursor: OpenCursor) -> Tables:
    """Return the number of rows and a digest of each table of a database.

    The digest is the sum of those of the rows, so that it does not depend on their order.
    """
    return {name: _digest_rows(open_cursor, name) for name in sorted(_get_tables(open_cursor))}


def _get_tables(open_cursor: OpenCursor) -> list[str]:
    if connection.vendor == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    return [name for (name,) in _fetch(open_cursor, query)]


def _digest_rows(open_cursor: OpenCursor, table: str) -> list[Any]:
    count, total = 0, 0
    for row in _fetch(open_cursor, f'SELECT * FROM "{table}"'):  # nosec B608  a name of the database's own list
        count += 1
        text = repr([bytes(value) if isinstance(value, memoryview) else value for value in row])
        total += int.from_bytes(hashlib.sha256(text.encode()).digest())
    return [count, f"{total % 2**256:064x}"]


def _get_contents(open_cursor: OpenCursor) -> dict[str, Any]:
    """Return what a manifest says of the database: its migrations, the head of its log and its tables."""
    migrations = sorted(f"{app}.{name}" for app, name in _fetch(open_cursor, "SELECT app, name FROM django_migrations"))
    return {"migrations": migrations, "head": _get_head(open_cursor), "tables": digest_tables(open_cursor)}


def _get_head(open_cursor: OpenCursor) -> list[Any] | None:
    """Return number and digest of the newest revision; None where there is none."""
    heads = _fetch(open_cursor, "SELECT number, digest FROM projects_revision ORDER BY number DESC LIMIT 1")
    return next((list(head) for head in heads), None)


def _fetch(open_cursor: OpenCursor, query: str) -> Iterator[Any]:
    """Return the rows of a query, without holding all of them in memory."""
    with closing(open_cursor()) as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(_ROWS):
            yield from rows


def _copy_sqlite(copy: Path) -> dict[str, Any]:
    """Copy SQLite's database by its backup interface, which reads one state while others write; return its contents."""
    connection.ensure_connection()
    with closing(_open_sqlite(copy)) as target:
        connection.connection.backup(target)
        return _get_contents(target.cursor)


def _dump_postgresql(copy: Path) -> dict[str, Any]:
    """Dump PostgreSQL's database and return its contents, both of one snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run_postgresql("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={copy}")
        return _get_contents(connection.chunked_cursor)


def _restore_sqlite(copy: Path, manifest: dict[str, Any]) -> None:
    """Write the copy into the database in one transaction of SQLite: whoever has it open reads the old state or the new."""
    with closing(_open_sqlite(copy)) as source:
        _refuse_different(manifest["tables"], digest_tables(source.cursor))
        connection.ensure_connection()
        source.backup(connection.connection)


def _open_sqlite(path: Path) -> sqlite3.Connection:
    """Open a file of SQLite, whose values are read as Django's own connection reads them."""
    return sqlite3.connect(path, detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)


def _restore_postgresql(copy: Path, *, replace: bool) -> None:
    connection.close()
    options = ["--clean", "--if-exists"] if replace else []
    _run_postgresql("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", *options, str(copy))


def _run_postgresql(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on the database; raises `BackupError` with what it says."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(_("%(program)s is not installed; it comes with PostgreSQL.") % {"program": program})
    parameters = connection.get_connection_params()
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password"}
    environment = {name: str(parameters[key]) for name, key in names.items() if parameters.get(key)}
    done = subprocess.run(  # noqa: S603  no shell, and no text of anybody else
        [found, f"--dbname={parameters['dbname']}", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into a folder and return its manifest; raises `BackupError` where it is not what was written."""
    try:
        with zipfile.ZipFile(path) as backup:
            manifest: dict[str, Any] = json.loads(backup.read(MANIFEST))
            backup.extract(COPY, folder)
    except OSError as error:
        raise BackupError(_("%(path)s cannot be read: %(why)s") % {"path": path, "why": error.strerror}) from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, KeyError, ValueError, NotImplementedError) as error:
        raise BackupError(_("%(path)s is damaged or no backup: %(why)s") % {"path": path, "why": error}) from None
    if _digest_file(folder / COPY) != manifest.get("sha256"):
        raise BackupError(_("%(path)s is damaged: its database is not the one of its manifest.") % {"path": path})
    return manifest


def _refuse_unfit(manifest: dict[str, Any], *, replace: bool) -> None:
    """Raise `BackupError` for a backup of another kind of database or release, and for a database that holds something."""
    if manifest["vendor"] != connection.vendor:
        raise BackupError(
            _("This backup is of %(its)s, and DATABASE_URL names %(present)s.")
            % {"its": manifest["vendor"], "present": connection.vendor}
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    applied = set(manifest["migrations"])
    newest = {name.partition(".")[0]: name for name in sorted(known)}
    if unknown := sorted(name for name in applied - known if name > newest.get(name.partition(".")[0], "")):
        raise BackupError(_("This backup is of a newer release, with %(migration)s.") % {"migration": unknown[0]})
    if waiting := sorted(known - applied):
        raise BackupError(
            _("This backup is of an older release, without %(migration)s: restore it with that release, then upgrade.")
            % {"migration": waiting[0]}
        )
    with transaction.atomic():
        tables = _get_tables(connection.chunked_cursor)
        head = _get_head(connection.chunked_cursor) if "projects_revision" in tables else None
    if tables and not replace:
        raise BackupError(
            _(
                "The database is not empty: its newest revision is %(present)s, that of the backup %(its)s."
                " --replace gives up what it holds."
            )
            % {"present": (head or [0])[0], "its": (manifest["head"] or [0])[0]}
        )


def _refuse_different(expected: Tables, restored: Tables) -> None:
    different = sorted(name for name in expected.keys() | restored.keys() if expected.get(name) != restored.get(name))
    if different:
        raise BackupError(_("These tables are not what was backed up: %(tables)s.") % {"tables": ", ".join(different)})


def _digest_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A folder on the same disk as the backup, removed afterwards; only this user may read it."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=path.resolve().parent))
    except OSError as error:
        raise BackupError(_("%(path)s cannot be written: %(why)s") % {"path": path, "why": error.strerror}) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
