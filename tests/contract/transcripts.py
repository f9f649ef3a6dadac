"""The examples of a document, as what is typed and what is shown, and whether an answer is what was shown.

`…` stands for what is left out: within a text, as a value, as further members of an object or elements of a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LEFT_OUT = "…"
_BLOCK = re.compile(r"(?:<!-- (?P<note>[^>]*?) -->\n)?```console\n(?P<text>.*?)^```", re.S | re.M)
_VERSION = re.compile(r'ETag: "[^"]*"')  # of a record, which no two databases share
_ID = re.compile(r"(?<=[/.“])[0-9]+(?=[/.”]|$)")  # /181/, reports.181.record, “181”
_HEADER = re.compile(r"[A-Za-z-]+: ")


@dataclass(frozen=True)
class Example:
    """`who` asks where a token is needed; `line` of the document, `command` as typed, `shown` below it."""

    line: int
    who: str
    command: str
    shown: str = ""


def examples_of(document: Path, *, who: str) -> Iterator[Example]:
    """`<!-- as: fixture -->` above a block says who asks."""
    text = document.read_text("utf-8")
    for block in _BLOCK.finditer(text):
        line, note = text.count("\n", 0, block.start("text")) + 1, block["note"] or ""
        asking = note.removeprefix("as: ") if note.startswith("as: ") else who
        typed = re.split(r"^\$ ", block["text"], flags=re.M)
        for each in typed[1:]:
            end = next(
                found.start()
                for found in re.finditer(r"(?<!\\)\n", each)
                if each.count("'", 0, found.start()) % 2 == 0  # a text in quotes goes on
            )
            yield Example(line, asking, each[:end], each[end:].strip())


@dataclass
class Shown:
    """Compares answers with what was shown; ids and versions that differ from the document's are learnt on the way."""

    ids: dict[int, int] = field(default_factory=dict)

    def differs(self, shown: str, answer: str) -> str:
        """What is not as shown, in words; empty if all is."""
        shown = _VERSION.sub(f'ETag: "{LEFT_OUT}"', shown.strip())
        answer = answer.replace("\r\n", "\n").lstrip("\ufeff").strip()
        if shown.startswith("HTTP/"):
            return self._differs_with_headers(shown, answer)
        if shown[:1] in ("{", "["):
            try:
                return self._of_values("", json.loads(marked(shown)), json.loads(answer))
            except json.JSONDecodeError as error:
                return f"is not JSON ({error})"
        return "" if alike(shown, answer) else "is another text"

    def _differs_with_headers(self, shown: str, answer: str) -> str:
        head, _blank, body = answer.partition("\n\n")
        lines = shown.splitlines()
        said = [lines[0], *(line for line in lines[1:] if _HEADER.match(line))]
        rest = "\n".join(line for line in lines[1:] if not _HEADER.match(line))
        for line in said:
            if not any(alike(line.lower(), each.lower()) for each in head.splitlines()):
                return f"has no header {line}"
        return self.differs(rest, body) if rest.strip() else ""

    def _of_values(self, where: str, shown: Any, answer: Any) -> str:
        if shown == LEFT_OUT:
            return ""
        if isinstance(shown, dict) and isinstance(answer, Mapping):
            return self._of_members(where, shown, answer)
        if isinstance(shown, list) and isinstance(answer, list):
            return self._of_elements(where, shown, answer)
        if isinstance(shown, str) and isinstance(answer, str) and self._alike(shown, answer):
            return ""
        if where.endswith(".id") and isinstance(shown, int) and isinstance(answer, int):
            known = self.ids.setdefault(shown, answer)
            return "" if known == answer else f"{where} is {answer}, which is not what {shown} stands for"
        same = shown == answer and isinstance(shown, bool) == isinstance(answer, bool)
        return "" if same else f"{where or 'all'} is {json.dumps(answer, ensure_ascii=False)[:300]}"

    def _alike(self, shown: str, answer: str) -> bool:
        return alike(shown, answer) or alike(shown, self._known(answer))

    def _known(self, answer: str) -> str:
        """Addresses, names of faults and messages with the document's own ids."""
        shown = {str(real): str(each) for each, real in self.ids.items()}
        return _ID.sub(lambda found: shown.get(found[0], found[0]), answer)

    def _of_members(self, where: str, shown: dict[str, Any], answer: Mapping[str, Any]) -> str:
        answer = {self._known(name) if name not in shown else name: value for name, value in answer.items()}
        more = answer.keys() - shown.keys()
        if more and LEFT_OUT not in shown:
            return f"{where or 'it'} also has {sorted(more)}"
        for name in shown.keys() - {LEFT_OUT}:
            if name not in answer:
                return f"{where or 'it'} has no {name}, only {sorted(answer)}"
            if fault := self._of_values(f"{where}.{name}", shown[name], answer[name]):
                return fault
        return ""

    def _of_elements(self, where: str, shown: list[Any], answer: list[Any]) -> str:
        """In their order; where elements are left out, any may stand between."""
        if LEFT_OUT not in shown and len(shown) != len(answer):
            return f"{where} has {len(answer)} elements"
        left = list(answer)
        for each in (one for one in shown if one != LEFT_OUT):
            fault = f"{where} has too few elements"
            while left and fault:
                learnt = dict(self.ids)
                fault = self._of_values(f"{where}[]", each, left.pop(0))
                if fault:
                    self.ids = learnt  # of an element that was not the one
                if fault and LEFT_OUT not in shown:
                    return fault
            if fault:
                return fault
        return ""


def alike(shown: str, answer: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, shown.split(LEFT_OUT))), answer, re.S) is not None


def marked(shown: str) -> str:
    """JSON in which what is left out is a member, an element or a value “…”."""
    result, within, inside_text, last = [], [], False, ""
    for index, sign in enumerate(shown):
        if sign == '"' and (index == 0 or shown[index - 1] != "\\"):
            inside_text = not inside_text
        if not inside_text and sign in "{[":
            within.append(sign)
        if not inside_text and sign in "}]" and within:
            within.pop()
        if sign == LEFT_OUT and not inside_text:
            as_member = within[-1:] == ["{"] and last != ":"
            sign = '"…": "…"' if as_member else '"…"'
        result.append(sign)
        last = sign if sign.strip() else last
    return "".join(result)
