"""Name of a history row's record in words, also when the record is gone: 'HN-EI-2023-13 …, 2023-06'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from projects.models import Entry, Programme, Project
from projects.periods import Month
from sectors.models import in_language

from .kinds import Kind, every_row_of, kind_of

_MOST = 60  # characters of a text that stands for a name
_CHOICES = ("figure", "measure", "kind", "light", "role")


@dataclass(frozen=True)
class RecordName:
    """A record by the project that it belongs to (code and name, empty for none) and by its own words."""

    code: str
    project: str
    words: str

    def __str__(self) -> str:
        return " · ".join(filter(None, [f"{self.code} {self.project}".strip(), self.words]))


class RecordNames:
    """Names of history rows of any kinds; three queries, however many there are."""

    def __init__(self, rows: Iterable[tuple[Kind, Any]]) -> None:
        rows = list(rows)
        entries = {row.entry_id for _kind, row in rows if hasattr(row, "entry_id")}
        self._entries = _newest(Entry, entries, "project_id", "programme_id")
        projects = {self._project_key(kind, row) for kind, row in rows} - {None}
        self._projects = _newest(Project, projects, "code", "name_zh", "name_en")
        programmes = {row.programme_id for _kind, row in rows if hasattr(row, "programme_id")}
        programmes |= {entry["programme_id"] for entry in self._entries.values()}
        self._years = {key: each["year"] for key, each in _newest(Programme, programmes, "year").items()}

    def of(self, kind: Kind, row: Any) -> RecordName:
        project = self._projects.get(self._project_key(kind, row))
        code, name = (project["code"], in_language(project["name_zh"], project["name_en"])) if project else ("", "")
        return RecordName(code, name, "" if kind.model is Project else self._words(kind, row))

    def _project_key(self, kind: Kind, row: Any) -> Any:
        if kind.model is Project:
            return row.id
        if hasattr(row, "project_id"):
            return row.project_id
        return self._entries.get(getattr(row, "entry_id", None), {}).get("project_id")

    def year_of(self, row: Any) -> int | None:
        """The year of the programme that a row belongs to."""
        entry = self._entries.get(getattr(row, "entry_id", None), {})
        return self._years.get(getattr(row, "programme_id", entry.get("programme_id")))

    def _words(self, kind: Kind, row: Any) -> str:
        year, month = self.year_of(row), getattr(row, "month", None)
        found = [str(Month(year, month)) if year and month else str(year or "")]
        if hasattr(row, "name_zh"):
            found.append(in_language(row.name_zh, row.name_en))
        for name in _CHOICES:
            if hasattr(row, name):
                choices = dict(kind.model._meta.get_field(name).flatchoices)
                found.append(str(choices.get(getattr(row, name), "")))
        for name in ("url", "decided_on", "description"):
            if hasattr(row, name):
                found.append(_short(str(getattr(row, name))))
        return " · ".join(filter(None, found)) or f"#{getattr(row, kind.key)}"


def _newest(model: Any, keys: set[Any], *columns: str) -> dict[Any, dict[str, Any]]:
    """Return the newest values of records by key, from their history: there they also are when the records are gone."""
    history = every_row_of(kind_of(model).history)
    newest = history.filter(id__in=keys - {None}).order_by().values("id").annotate(last=Max("history_id"))
    rows = history.filter(history_id__in=newest.values("last")).order_by()
    return {row["id"]: row for row in rows.values("id", *columns)}


def _short(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
