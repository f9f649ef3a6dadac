"""How the whole register leaves: as files of the product, and as one answer of the textbook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from .load import Answer, Connection, memory_of
from .servers import Server

TEXTBOOK_MEMBERS = (
    "code,name_zh,name_en,kind,sector,chain_link,prefecture,county_zh,county_en,enterprise,total_investment,expected_revenue,"
    "transferred,source_province,start,finish,basis,source,note_zh,note_en"
)


def of_product(register: Any, own: Server, headers: dict[str, str]) -> None:
    for form in ("ndjson", "csv"):
        for what, fields in (("", ""), (", the textbook's members", f"&fields={TEXTBOOK_MEMBERS}")):
            before = memory_of(own.process)
            path = f"/api/v1/projects/?format={form}{fields}"
            answer = _median(lambda path=path: Connection(own.port).ask(path, headers))
            text = answer.body.decode("utf-8-sig")
            rows = text.count("\n") if form == "ndjson" else len(list(csv.reader(io.StringIO(text)))) - 1
            register.check_count(rows)
            print(
                f"  product    export as {form:6}: {answer.whole:9.0f} ms   first byte {answer.first_byte:6.1f} ms"
                f"   {len(answer.body) / 2**20:.0f} MB   memory +{memory_of(own.process) - before:.0f} MB{what}",
                flush=True,
            )


def _median(ask: Callable[[], Answer]) -> Answer:
    """The answer of middle speed of three."""
    answers = sorted((ask() for _turn in range(3)), key=lambda answer: answer.whole)
    assert {answer.status for answer in answers} == {200}, answers[0]
    return answers[1]


def of_textbook(register: Any, textbook: Server) -> None:
    before = memory_of(textbook.process)
    try:
        answer = _median(lambda: Connection(textbook.port).ask("/projects/everything/", {}))
    except ConnectionError:
        print("  textbook   everything as JSON: the server ended, out of memory", flush=True)
        return
    register.check_count(len(json.loads(answer.body)))
    print(
        f"  textbook   everything as JSON: {answer.whole:9.0f} ms   first byte {answer.first_byte:6.0f} ms"
        f"   memory +{memory_of(textbook.process) - before:.0f} MB"
    )
