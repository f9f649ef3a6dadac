"""Limits of a file that is read: how large, how long, how wide. What is beyond them is refused in words."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MIB = 2**20
MOST_BYTES = 10 * MIB  # of the file
MOST_UNZIPPED = 128 * MIB  # that its directory may promise
MOST_OF_A_PART = 48 * MIB
MOST_PARTS = 2_000
MOST_ELEMENTS = 1_500_000  # of one part
MOST_SHEETS = 100
MOST_ROWS, MOST_COLUMNS = 20_000, 200
MOST_CELLS = 2_000_000  # that a sheet spans, blank ones too: the reader holds a place for each
LONGEST_CELL = 32_767  # characters, as in Excel
MOST_MERGED = 20_000  # ranges of merged cells of a sheet

EMPTY = _("The file is empty.")
TOO_LARGE = _("The file is larger than %(most)s MiB. Take out pictures and old sheets, or send it in parts.")
TOO_LONG = _(
    "%(place)s: a table may have %(rows)s rows and %(columns)s columns. Delete what stands below and beside it."
)
TOO_MANY_MERGED = _(
    "A sheet of the file has more than %(most)s ranges of merged cells. Unmerge them, or copy the table to a new sheet, "
    "and send it again."
)
OVERLAPPING_MERGED = _(
    "Merged cells of the sheet overlap, which no spreadsheet program writes. Unmerge them and send the file again."
)
TOO_MANY_SHEETS = _("The file has more than %(most)s sheets.")
BOMB = _("Unpacked the file would be larger than %(most)s MiB: it is not read.")
NOT_A_TABLE = _("The file is neither an Excel workbook (.xlsx) nor a table as text (.csv, .tsv, .txt).")
PICTURE = _(
    "This is a picture or a PDF: what is shown in it is not read. Send the table as an Excel workbook (.xlsx) or as text "
    "(.csv, .tsv, .txt), copy its cells and paste them, or type them into the workbook that can be fetched here."
)
OLD_WORKBOOK = _("This is a workbook of the old form (.xls). Save it as “Excel workbook (.xlsx)” and send that.")
BINARY_WORKBOOK = _("This is a binary workbook (.xlsb). Save it as “Excel workbook (.xlsx)” and send that.")
OTHER_WORKBOOK = _("This is a workbook of another program. Save it as “Excel workbook (.xlsx)” and send that.")
ENCRYPTED = _("The file is protected by a password. Take the password away and send it again.")
MACROS = _("The file holds macros. Save it as “Excel workbook (.xlsx)”, which has none, and send that.")
EXTERNAL = _("The workbook takes values from other files. Paste them as values, break the links and send it again.")
ENTITIES = _("The workbook declares entities of XML, which no spreadsheet writes: it is not read.")
DAMAGED = _("The file is damaged or was not sent whole. Open it, save it anew and send it again.")
WRONG_ENDING = _("The content of the file is not what the end of its name says (%(ending)s). Save it anew.")
HOLDS_NUL = _("The text holds NUL characters: this is no table.")
LONG_CELL = _("%(place)s: a cell has more than %(most)s characters.")
LONG_CELL_OF_TEXT = _("Line %(line)s: a cell has more than %(most)s characters. Is a quotation mark left open?")
NO_SHEET = _("The workbook has no sheet of this name. It has: %(sheets)s.")
NO_SHEETS = _("A table as text has no sheets.")


def refusal(message: Any, code: str, **params: Any) -> ValidationError:
    """Why a file is not read."""
    return ValidationError(message, code=code, params=params)
