"""Bodies of imports: what is sent with each step."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.api.fields import Choice, MonthText, Text
from projects.api.references import Reference, SourceReference
from projects.choices import WorkbookKind
from projects.imports.workbooks.choices import Choices, Holds
from projects.imports.workbooks.mapping import NOT_A_MAPPING
from projects.models import Programme
from projects.models.attribution import REPORTED_IN_WORDS
from projects.periods import Month
from projects.text import LONGEST_LINE, LONGEST_WORDS

from .base import BodySerializer

_LONGEST_SHEET = 100
_COLUMN = {
    "type": "object",
    "properties": {
        "field": {"type": "string"},
        "unit": {"oneOf": [{"type": ["integer", "null"]}, {"type": "string"}]},
        "blank_clears": {"type": "boolean"},
    },
    "required": ["field"],
    "additionalProperties": False,
}
MAPPING = _(
    "By the letters of a column its field, of amounts the unit (CNY, or a word such as 万元), and whether blank cells "
    "clear what is stored. Columns that are left out are not imported."
)

HEADS = _(
    "The first and the last row of the heads and the first of the records, counted from 1; null: as they seem to be."
)


def _is_of_a_column(letters: str, said: Any) -> bool:
    """Whether it can be kept until the table is read: not every database stores all that JSON can say."""
    return isinstance(said, dict) and all(_is_kept(each) for each in (letters, *said, *said.values()))


def _is_kept(value: Any) -> bool:
    if isinstance(value, str):
        return value.isprintable()
    return value is None or isinstance(value, int)


@extend_schema_field({"type": "object", "additionalProperties": _COLUMN})
class Mapping(serializers.JSONField):
    """A mapping. Whether it fits the table is for the table to say."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):  # a part of a form
            try:
                data = orjson.loads(data)
            except ValueError:  # also of what is nested beyond measure
                raise serializers.ValidationError(NOT_A_MAPPING) from None
            if isinstance(data, dict) and not all(_is_of_a_column(*each) for each in data.items()):
                raise serializers.ValidationError(NOT_A_MAPPING)
        if not isinstance(data, dict):
            raise serializers.ValidationError(NOT_A_MAPPING)
        return data


@extend_schema_field(
    {
        "type": "object",
        "properties": {name: {"type": "integer"} for name in ("first", "last", "records")},
        "required": ["first", "last", "records"],
    }
)
class Heads(serializers.JSONField):
    """Rows of a sheet, counted from 1. Whether it has them is for the sheet to say."""


class ImportChange(BodySerializer):
    """A workbook that is sent, as the parts of a form."""

    file = serializers.FileField(
        allow_empty_file=True,
        error_messages={
            "invalid": _("Send the file as a part of the form, with its name."),
            "required": _("Send a file."),
        },
        help_text=_("An .xlsx workbook, or a table as text (.csv, .tsv, .txt): 10 MiB at the most."),
    )
    kind = Choice(WorkbookKind.choices, help_text=_("What its rows are."))
    programme = Reference(Programme, help_text=_("Year of the programme."))
    month = MonthText(required=False, help_text=_("The month of the reports, such as 2023-07."))
    mapping = Mapping(required=False, help_text=MAPPING)
    sheet = Text(required=False, max_length=_LONGEST_SHEET, help_text=_("The sheet that is read, by its name."))

    def to_internal_value(self, data: Any) -> Any:
        said = data.get("programme")
        if isinstance(said, str) and said.isdecimal() and said.isascii() and len(said) == len("2023"):
            data = {**data, "programme": int(said)}
        return super().to_internal_value(data)

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        month: Month | None = attributes.pop("month", None)
        if month is not None and month.year != attributes["programme"].year:
            raise serializers.ValidationError({"month": [_("The month is not of the programme's year.")]})
        return attributes | {"month": month.number if month else None}


class MappingChange(BodySerializer):
    """Which column is which field, in which sheet."""

    mapping = Mapping(allow_null=True, required=False, default=None, help_text=MAPPING)
    sheet = Text(required=False, max_length=_LONGEST_SHEET, help_text=_("The sheet that is read, by its name."))
    heads = Heads(allow_null=True, required=False, default=None, help_text=HEADS)
    remember = serializers.BooleanField(
        required=False, default=True, help_text=_("Whether the next table with these heads is read the same way.")
    )


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class Answers(serializers.JSONField):
    """Answers by a row or a cell."""


class ChoicesChange(BodySerializer):
    """What is answered where the preview asks; it is kept beside what was answered before."""

    projects = Answers(
        required=False, help_text=_("By the number of a row the code of the project that it means, or `new`.")
    )
    sectors = Answers(required=False, help_text=_("By the number of a row the code of the sector of its new project."))
    cells = Answers(
        required=False, help_text=_("By the address of a cell in conflict whose value holds: `register` or `file`.")
    )
    conflicts = Choice(
        Holds.choices, required=False, help_text=_("The same of all cells in conflict that `cells` does not name.")
    )

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        try:
            return {"choices": Choices.of_json(attributes), "for_all": "conflicts" in attributes}
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class ConfirmChange(BodySerializer):
    """Why it is written, and what its figures are based on: the file itself where nothing else is said."""

    reason = Text(max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision."))
    source = SourceReference(required=False)
    reported_by = Text(required=False, allow_blank=True, max_length=LONGEST_LINE, help_text=REPORTED_IN_WORDS)


class UndoChange(BodySerializer):
    """Why it is taken back."""

    reason = Text(max_length=LONGEST_WORDS, help_text=_("Why; kept with the revision."))
