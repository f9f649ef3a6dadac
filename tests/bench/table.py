"""The table of `docs/scaling.md` from what the bench has stored: python -m tests.bench.table [FILE]

A row for each kind of question that is asked once, a column for each database and number of projects: milliseconds of
CPU, with the ratio to the textbook's same answer or in lists of the textbook, and how many times that the past takes.
Prints it, or puts it into a file between the two lines that say where.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from .asked_once import RESULTS

BEGIN, END = "<!-- asked once: begin -->", "<!-- asked once: end -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def lines(stored: list[dict[str, Any]]) -> list[str]:
    """In markdown."""
    stored = sorted(stored, key=lambda each: (each["projects"], each["vendor"]))
    heads = [f"{NAMES[each['vendor']]}, {each['projects']:,} projects" for each in stored]
    works = {name: row["goal"] for each in stored for name, row in each["rows"].items()}
    return [
        _row("asked once", *heads, "to reach"),
        _row(*["---"] * (len(heads) + 2)),
        *(_row(name, *(_cell(each["rows"].get(name)) for each in stored), goal) for name, goal in works.items()),
    ]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    words = [f"{row['product']:.3g} ms ({row['ratio']})"]
    words += [f"{name} {row[name]:.2g}" for name in ("textbook", "datasette") if name in row]
    if "past" in row:
        words.append(f"past {row['past'] / row['product']:.1f} times")
    return "; ".join(words)


def main(file: str = "") -> int:
    stored = [json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("asked-once-*.json"))]
    table = "\n".join(lines(stored))
    if not file:
        print(table)
    elif stored:
        before, begin, rest = Path(file).read_text("utf-8").partition(BEGIN)
        _old, end, after = rest.partition(END)
        Path(file).write_text(f"{before}{begin}\n\n{table}\n\n{end}{after}", "utf-8")
    return int(not stored)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
