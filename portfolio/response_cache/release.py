"""The release digest: of the code, templates, texts and settings that a response follows from besides request and data.

In one process they never change, so its own store need not know them. A store that outlives the process must: after an
update it would go on giving the pages of the release before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

_FOLDERS = ("portfolio", "projects", "sectors", "templates", "locale", "static")
_FILES = ("requirements.txt",)
# may differ between machines of one site, and show in no answer
_WITHOUT_EFFECT = {
    "SECRET_KEY",  # every key of the store is made with it anyway
    "SECRET_KEY_FALLBACKS",
    "DATABASE_URL",
    "DATABASE_REPLICA_URLS",
    "REPLICA_MAX_LAG",
    "CACHE_URL",
    "KEPT_ANSWERS_MB",
    "LOG_LEVEL",
}


@cache
def release() -> str:
    """A digest that two processes share only if they would answer alike. Measured: 40 ms, once a process, when it starts."""
    digest = hashlib.blake2b(digest_size=16)
    for name, path in _sources():
        content = path.read_bytes()
        digest.update(f"{name} {len(content)} ".encode())
        digest.update(content)
    chosen = {name: value for name, value in settings.CHOSEN.items() if name not in _WITHOUT_EFFECT}
    digest.update(repr(sorted(chosen.items())).encode())
    return digest.hexdigest()


def _sources() -> Iterator[tuple[str, Path]]:
    """The files by their place in the tree, which may lie elsewhere on another machine."""
    root = settings.BASE_DIR
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield str(path.relative_to(root)), path
    for name in _FILES:
        yield name, root / name
    yield "the map", Path(settings.MAP_FILE)
