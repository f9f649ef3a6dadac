"""Opening a file of which nothing is believed: what it is said by its content, and the end of its name has to agree."""

from __future__ import annotations

from pathlib import PurePath

from . import limits
from .delimited import TextTable
from .limits import refusal
from .xlsx import Workbook

Book = Workbook | TextTable
_ZIP, _OLD_OFFICE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the name of a stream in what Excel writes with a password
_TEXTS, _WORKBOOKS = (".csv", ".tsv", ".txt"), (".xlsx",)
_NO_TABLES = (b"Rar!", b"7z\xbc\xaf", b"<", b"{\\rtf", b"\x1f\x8b")
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")
_OF_PHONES = b"ftyp"  # after the length of the first part: photographs (HEIC, AVIF) and films
_PICTURE_ENDINGS = frozenset(
    {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".heic", ".heif", ".webp", ".tif", ".tiff", ".pdf"}
)


def opened(content: bytes, *, name: str) -> Book:
    """The workbook or table of a file. Raises `ValidationError` with the reason in words."""
    if not content.strip():
        raise refusal(limits.EMPTY, "empty")
    if len(content) > limits.MOST_BYTES:
        raise refusal(limits.TOO_LARGE, "too_large", most=limits.MOST_BYTES // limits.MIB)
    ending = PurePath(name).suffix.lower()
    if ending == ".xlsm":
        raise refusal(limits.MACROS, "macros")
    if ending == ".xlsb":
        raise refusal(limits.BINARY_WORKBOOK, "xlsb")
    if ending in _PICTURE_ENDINGS or content.startswith(_PICTURES) or content[4:8] == _OF_PHONES:
        raise refusal(limits.PICTURE, "picture")
    if content.startswith(_OLD_OFFICE):
        encrypted = _ENCRYPTED in content
        raise refusal(*(limits.ENCRYPTED, "encrypted") if encrypted else (limits.OLD_WORKBOOK, "xls"))
    if content.startswith(_ZIP):
        book: Book = Workbook(content)
        expected: tuple[str, ...] = _WORKBOOKS
    elif content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_NO_TABLES):
        raise refusal(limits.NOT_A_TABLE, "not_a_table")
    else:
        book, expected = TextTable(content), _TEXTS
    if ending not in expected:
        raise refusal(limits.WRONG_ENDING, "wrong_ending", ending=ending or "—")
    return book
