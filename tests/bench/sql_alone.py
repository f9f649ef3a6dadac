"""One page of 50 written by one SQL statement, with nothing around it: the limit of what a list page may cost.

The same members as `tests/bench/textbook.py` shows, as JSON text that the database makes. No permission, no framework;
served as `tests.bench.sql_alone:application`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

MEMBERS = (  # noqa: SIM905  a line for each would hide the statement
    "id code name_zh name_en kind chain_link_id prefecture_id county_zh county_en enterprise_id total_investment"
    " expected_revenue transferred source_province start start_precision finish finish_precision basis source_id"
    " note_zh note_en"
).split()
SIZE = 50
URL = os.environ["DATABASE_URL"]
_ON_SQLITE = URL.startswith("sqlite")
_OBJECT, _ARRAY, _MARK = (
    ("json_object", "json_group_array", "?") if _ON_SQLITE else ("json_build_object", "json_agg", "%s")
)
_SECTOR = f"{_OBJECT}('id', s.id, 'code', s.code, 'name_zh', s.name_zh, 'name_en', s.name_en)"
_MEMBERS = ", ".join(f"'{name}', p.{name}" for name in MEMBERS)
_RECORD = f"{_OBJECT}({_MEMBERS}, 'sector', {_SECTOR})"
_TEXT = "" if _ON_SQLITE else "::text"
_RESULTS, _EACH = ("json(r.results)", "json(x.record)") if _ON_SQLITE else ("r.results", "x.record")
STATEMENT = (
    f"SELECT {_OBJECT}('count', (SELECT COUNT(*) FROM projects_project WHERE sector_id = t.id),"
    f" 'results', {_RESULTS}){_TEXT}"
    f" FROM sectors_sector t, (SELECT {_ARRAY}({_EACH}) AS results FROM"
    f" (SELECT {_RECORD} AS record FROM projects_project p JOIN sectors_sector s ON s.id = p.sector_id"
    f" WHERE s.code = {_MARK} ORDER BY p.code LIMIT {SIZE} OFFSET {_MARK}) x) r WHERE t.code = {_MARK}"
)
_own = threading.local()


def _cursor() -> Any:
    """Of this thread's connection, which stays open."""
    if not hasattr(_own, "connection"):
        if _ON_SQLITE:
            _own.connection = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None)
        else:
            import psycopg2

            _own.connection = psycopg2.connect(URL)
            _own.connection.autocommit = True
    return _own.connection.cursor()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    asked = parse_qs(urlsplit(f"?{environ['QUERY_STRING']}").query)
    sector, page = asked["sector"][0], int(asked.get("page", ["1"])[0])
    cursor = _cursor()
    cursor.execute(STATEMENT, (sector, (page - 1) * SIZE, sector))
    body = cursor.fetchone()[0].encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
