"""The Chinese catalogue, kept without gettext's own tools: extract, merge, check.

python -m tests.catalogue update            take up new English texts, drop those no longer used
python -m tests.catalogue missing [PREFIX]  write texts without a translation (of files below PREFIX) as {"English": ""}
python -m tests.catalogue add FILE.json     do what update does, take translations {"English": "中文"} and compile
python -m tests.catalogue check             fail unless complete
"""

from __future__ import annotations

import ast
import fcntl
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
PYTHON = ("portfolio", "projects", "sectors")
KEYWORDS = {
    name: spec
    for names, spec in (
        (("_", "gettext", "gettext_lazy", "gettext_noop"), None),
        (("ngettext", "ngettext_lazy"), (1, 2)),
        (("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
        (("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
    )
    for name in names
}
HEADER = {"project": "portfolio", "version": "1", "locale": "zh_Hans", "charset": "utf-8", "fuzzy": False}


def sources() -> Iterator[tuple[str, str]]:
    """Each file with texts: its path below the root and its Python source (a template's as Django makes it)."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    for folder in PYTHON:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.*")):
        source = templatize(path.read_text(encoding="utf-8"))
        # read as Python, in which the indentation of markup would be wrong
        yield path.relative_to(ROOT).as_posix(), re.sub(r"^[ \t]+", "", source, flags=re.MULTILINE)


def extracted() -> Catalog:
    """Every text of the product, with the files it stands in (no line numbers: they would change with every edit)."""
    catalogue = Catalog(**HEADER)
    for name, source in sources():
        file = io.BytesIO(source.encode())
        for _line, message, comments, context in extract(
            "python", file, keywords=KEYWORDS, comment_tags=["Translators:"]
        ):
            if message:
                catalogue.add(
                    message, locations=[(name, None)], auto_comments=comments, context=context, flags=_flags(message)
                )
    return catalogue


def _flags(message: str | tuple[str, ...]) -> set[str]:
    texts = [message] if isinstance(message, str) else message
    return {"python-format"} if any(re.search(r"%\(\w+\)[sdif]|%[sdif]", text) for text in texts if text) else set()


def stored() -> Catalog:
    """The catalogue as it is committed; an empty one before the first."""
    if not PO.exists():
        return Catalog(**HEADER)
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans", charset="utf-8")


@contextmanager
def locked() -> Iterator[None]:
    """One writer at a time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    (FOLDER / ".lock").unlink(missing_ok=True)


def write(catalogue: Catalog) -> None:
    new = PO.with_suffix(f".po.{os.getpid()}")
    new.write_bytes(as_po(catalogue))
    new.replace(PO)
    compile_texts()


def as_po(catalogue: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=0, sort_output=True, omit_header=False, include_lineno=False)
    text = re.sub(
        r'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid[^:]*):[^\n]*\n',
        "",
        file.getvalue().decode(),
    )
    return re.sub(r"\A(#.*\n)+", "# Texts of the interface in Chinese; see tests/catalogue.py.\n", text).encode()


def compile_texts() -> None:
    """Write the .mo where there is none or an older one, as make does; with every text of the .po."""
    if not MO.exists() or MO.stat().st_mtime < PO.stat().st_mtime:
        with MO.open("wb") as file:
            write_mo(file, stored())


def name_of(message: Message) -> str:
    """How a text is called here: its English, with `context|` before it where the code gives a context."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}|{text}" if message.context else text


def translation(catalogue: Catalog, message: Message) -> str | tuple[str, ...]:
    found = catalogue.get(message.id, message.context)
    return found.string if found else ""


def updated() -> Catalog:
    """What is in the code, with the translations there are."""
    new, old = extracted(), stored()
    for message in new:
        if message.id:
            message.string = translation(old, message) or message.string
    return new


def missing(prefix: str = "") -> list[str]:
    return [
        name_of(message)
        for message in updated()
        if message.id
        and not _whole(message.string)
        and any(name.startswith(prefix) for name, _line in message.locations)
    ]


def _whole(string: str | tuple[str, ...]) -> bool:
    return bool(string) and (isinstance(string, str) or any(string))


def mismatched() -> list[str]:
    """Translations whose placeholders are not those of the English text."""
    placeholder = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
    return [
        str(message.id)
        for message in updated()
        if isinstance(message.id, str)
        and message.string
        and set(placeholder.findall(message.id)) != set(placeholder.findall(message.string))
    ]


def hidden() -> list[str]:
    """Where a text stands inside an f-string: only from Python 3.12 on is it found there."""
    return [
        f"{name}:{call.lineno}"
        for name, source in sources()
        if name.endswith(".py")
        for written in ast.walk(ast.parse(source))
        if isinstance(written, ast.JoinedStr)
        for call in ast.walk(written)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
        if call.args and isinstance(call.args[0], ast.Constant)
    ]


def problems() -> list[str]:
    """Why the catalogue is not what should be committed; empty when it is."""
    found = [f"{PO.relative_to(ROOT)} has no Chinese for “{text}”: python -m tests.catalogue add" for text in missing()]
    found += [f"a text inside an f-string, where it is not always found: {place}" for place in hidden()]
    found += [f"{PO.relative_to(ROOT)} has other placeholders than the English: {text}" for text in mismatched()]
    if not PO.exists() or PO.read_bytes() != as_po(updated()):
        found.append(f"{PO.relative_to(ROOT)} is not up to date: python -m tests.catalogue update")
    return found


def main(command: str, *arguments: str) -> int:
    if command == "update":
        with locked():
            write(updated())
    elif command == "add":
        given = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        with locked():
            catalogue = updated()
            known = {name_of(message): message for message in catalogue if message.id}
            for text, chinese in given.items():
                if text not in known:
                    print(f"not in the code: {text}")
                    continue
                known[text].string = chinese if isinstance(known[text].id, str) else (chinese,)
            write(catalogue)
    elif command == "missing":
        print(json.dumps(dict.fromkeys(missing(*arguments), ""), ensure_ascii=False, indent=1))
    elif command == "check":
        found = problems()
        print("\n".join(found) or "catalogue complete")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or ["help"])))
