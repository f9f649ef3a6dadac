"""Staticfiles finder of joined stylesheets and scripts, made of their sources whenever one is looked for."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from .bundles import BUNDLES

_COMMENT = re.compile(r"\n?[ \t]*/\*.*?\*/", re.DOTALL)
# of scripts only lines that say nothing else: elsewhere two strokes may stand in a text
_COMMENT_LINES = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)(?:\n|\Z)", re.MULTILINE)


class JoinedFinder(BaseFinder):
    """Finds what `bundles.py` names; to Django these are files like any other, hashed and compressed with them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._storage = FileSystemStorage(settings.VAR_DIR / "joined-static")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self._write_joined(path)] if path in BUNDLES else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for path in BUNDLES:
            self._write_joined(path)
            yield path, self._storage

    def _write_joined(self, path: str) -> str:
        """Where the joined file stands, written anew if a source has changed; never half of one, whoever else writes it."""
        place = Path(self._storage.path(path))
        content = join_files(path, BUNDLES[path])
        if not place.exists() or place.read_bytes() != content:
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=place.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(place)
        return str(place)


def join_files(path: str, names: tuple[str, ...]) -> bytes:
    """The content of a joined file. Each script has a scope of its own, as if it stood alone: their names may be alike.

    What stylesheets and scripts say to their readers, a ninth of the ones' and a fifth of the others' weight on the wire, no
    browser has to fetch.
    """
    texts = [(Path(settings.BASE_DIR) / "static" / name).read_text(encoding="utf-8").strip() for name in names]
    if path.endswith(".css"):
        texts = [_COMMENT.sub("", text).strip() for text in texts]
    else:
        texts = [f"(() => {{\n{_COMMENT_LINES.sub('', text).strip()}\n}})();" for text in texts]
    return ("\n".join(texts) + "\n").encode()
