"""Office package: the parts of an .xlsx, each unpacked within limits and looked at before anything else may read it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from xml.parsers import expat

from . import limits
from .limits import refusal

Start = Callable[[str, Mapping[str, str]], None]
WORKBOOK, WORKBOOK_LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, SHARED_TEXTS = "xl/styles.xml", "xl/sharedStrings.xml"
_ENCRYPTED_FLAG = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
)


@contextmanager
def _damage_in_words() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise refusal(limits.DAMAGED, "damaged") from error


class Package:
    """The parts of a workbook by name. Raises `ValidationError` for a package that is not to be read."""

    def __init__(self, content: bytes) -> None:
        with _damage_in_words():
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            members = self._archive.infolist()
        self.names = {each.filename for each in members}
        if any(each.flag_bits & _ENCRYPTED_FLAG for each in members):
            raise refusal(limits.ENCRYPTED, "encrypted")
        promised = 0
        for each in members:
            promised += each.file_size
        if promised > limits.MOST_UNZIPPED or len(members) > limits.MOST_PARTS:
            raise refusal(limits.BOMB, "bomb", most=limits.MOST_UNZIPPED // limits.MIB)
        if len(self.names) < len(members):
            raise refusal(limits.DAMAGED, "damaged")
        self._refuse_others()

    def _refuse_others(self) -> None:
        if "xl/workbook.bin" in self.names:
            raise refusal(limits.BINARY_WORKBOOK, "xlsb")
        if "mimetype" in self.names:
            raise refusal(limits.OTHER_WORKBOOK, "other_workbook")
        if WORKBOOK not in self.names:
            raise refusal(limits.NOT_A_TABLE, "not_a_table")
        lower = {name.lower() for name in self.names}
        if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in lower):
            raise refusal(limits.MACROS, "macros")
        if any(name.startswith(("xl/externallinks/", "xl/connections.xml", "xl/querytables/")) for name in lower):
            raise refusal(limits.EXTERNAL, "external")

    def part(self, name: str) -> bytes:
        """A part, unpacked as far as the limit allows whatever its directory promises."""
        with _damage_in_words():
            if name not in self.names:
                raise EOFError(name)
            with self._archive.open(name) as file:
                content = file.read(limits.MOST_OF_A_PART + 1)
        if len(content) > limits.MOST_OF_A_PART:
            raise refusal(limits.BOMB, "bomb", most=limits.MOST_OF_A_PART // limits.MIB)
        return content


def repacked(parts: Iterable[tuple[str, bytes]]) -> io.BytesIO:
    """A package of just these parts, not compressed: what reads it finds nothing that was not looked at."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    file.seek(0)
    return file


def walk(
    xml: bytes,
    start: Start,
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Go through a part of XML. Raises `ValidationError` for a document type, for damage, and for too many elements."""
    # counted before they are gone through; no more begin than there are '<' that end none, whatever the encoding
    if xml.count(b"<") - xml.count(b"</") > limits.MOST_ELEMENTS:
        raise refusal(limits.BOMB, "bomb", most=limits.MOST_OF_A_PART // limits.MIB)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    names: dict[str, str] = {}

    def started(name: str, attributes: dict[str, str]) -> None:
        local = names.get(name)
        if local is None:
            local = names[name] = name.rpartition(" ")[2]
        start(local, attributes)

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = _refuse_document_type
    if end is not None:
        parser.EndElementHandler = lambda name: end(names[name])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the others are of encodings
        raise refusal(limits.DAMAGED, "damaged") from error


def _refuse_document_type(*_declared: object) -> None:
    raise refusal(limits.ENTITIES, "entities")
