"""The query parameters that a view knows: one definition refuses what is wrong and describes itself in the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.http import http_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError

from projects.history import as_of
from projects.periods import EARLIEST, LATEST
from projects.text import LARGEST_KEY, listing
from projects.totals.figures import FIGURES

_SHOWN = 80  # characters of a wrong value that are said back
_SUGGESTED = 20  # unknown names for which a similar one is looked for
_KNOWN = 60  # known values that are listed
_LONGEST_LOOKED_UP = 9  # digits of any number that a database compares with a year
_YES_NO = ("true", "false")
_WHOLE = re.compile(r"^-?[0-9]{1,18}$")


_NOTICE = timedelta(days=183)  # six months, as docs/api.md promises


def get_deprecation_headers(since: date) -> dict[str, str]:
    """Return the headers (RFC 9745 and 8594) of what is deprecated since a day and ends six months later."""
    begin = datetime(since.year, since.month, since.day, tzinfo=UTC)
    return {"Deprecation": f"@{begin.timestamp():.0f}", "Sunset": http_date((begin + _NOTICE).timestamp())}


class Parameter(OpenApiParameter):
    """One query parameter. `schema` is the JSON schema of one value; the check of a request follows it."""

    deprecated_since: date | None = None

    def __init__(
        self,
        name: str,
        description: Any,
        schema: Mapping[str, Any] = MappingProxyType({"type": "string"}),
        *,
        many: bool = False,  # may be given several times
        separated: bool = False,  # several values in one, with commas between, or given several times
        blank: bool = False,  # may be given without a value
        required: bool = False,  # described as such; the view that needs it says what is lacking
        looked_up: bool = False,  # a value that might be one is looked for in the register, and refused with what there is
        described: bool = True,  # as a parameter of each operation; otherwise in words, once
        values_described: bool = True,  # as an enumeration of its own; otherwise any text is
    ) -> None:
        self.schema, self.blank, self.looked_up, self.described = schema, blank, looked_up, described
        self.separated, self.repeatable = separated, many or separated
        value = dict(schema) if values_described else {"type": "string"}
        shown = {"type": "array", "items": value, "minItems": 1} if self.repeatable else value
        # several values: ?sector=a&sector=b; separated ones: ?fields=a,b
        style = {"style": "form", "explode": False} if separated else {}
        super().__init__(name, shown, required=required, description=description, **style)  # type: ignore[arg-type]

    def with_name(self, name: str, description: Any) -> Parameter:
        """Return a copy of another name and description."""
        renamed = copy(self)
        renamed.name, renamed.description = name, description
        return renamed

    def deprecated_as(self, name: str, *, since: date) -> Parameter:
        """Return a copy of another name that is taken for six months after a day and is described no more."""
        renamed = copy(self)
        renamed.name, renamed.described, renamed.deprecated_since = name, False, since
        return renamed

    def get_errors(self, texts: list[str]) -> list[ErrorDetail]:
        """Return what is wrong with the given values, in the reader's language."""
        if len(texts) > 1 and not self.repeatable:
            return [ErrorDetail(gettext("“%(name)s” is given more than once.") % {"name": self.name}, "repeated")]
        values = ",".join(texts).split(",") if self.separated else texts
        return [fault for fault in map(self._get_error, values) if fault]

    def _get_error(self, value: str) -> str:
        if not value and self.blank:
            return ""
        if not value:
            message = gettext("“%(name)s” is empty. Give it a value or leave it out.")
            return ErrorDetail(message % {"name": self.name}, "required")
        if "\x00" in value:
            return gettext("The value has a character that no text can have.")
        known = _YES_NO if self.schema.get("type") == "boolean" else self.schema.get("enum")
        if known and value not in known:
            return unknown_value(value, known)
        if self.looked_up and len(value) <= _LONGEST_LOOKED_UP:
            return ""
        if self.schema.get("type") == "integer":
            return self._get_number_error(value)
        return self._get_text_error(value)

    def _get_number_error(self, value: str) -> str:
        least, most = self.schema.get("minimum", -LARGEST_KEY), self.schema.get("maximum", LARGEST_KEY)
        if _WHOLE.match(value) and least <= int(value) <= most:
            return ""
        limits = {"value": value[:_SHOWN], "least": least, "most": most}
        return gettext("“%(value)s” is not a whole number from %(least)s to %(most)s.") % limits

    def _get_text_error(self, value: str) -> str:
        longest = self.schema.get("maxLength", len(value))
        if len(value) > longest:
            return ErrorDetail(gettext("At most %(count)s characters are possible.") % {"count": longest}, "max_length")
        if "pattern" in self.schema and not re.search(self.schema["pattern"], value):
            return gettext("“%(value)s” is not of the form %(example)s.") % {
                "value": value[:_SHOWN],
                "example": self.schema["examples"][0],
            }
        return ""


def unknown_value(value: str, known: Iterable[Any], code: str = "unknown_value") -> ErrorDetail:
    """Return the message about a value that is none of the known ones."""
    names = [str(each) for each in known]
    listed = listing([*names[:_KNOWN], *(["…"] if len(names) > _KNOWN else [])])
    if listed:
        message = gettext("“%(value)s” is not known. Known: %(known)s.")
    elif as_of.is_before_all():
        message = gettext("“%(value)s” is not known: at the moment asked for nothing had been recorded yet.")
    else:
        message = gettext("“%(value)s” is not known, nor any other that you may see.")
    return ErrorDetail(message % {"value": value[:_SHOWN], "known": listed}, code)


def suggest(name: str, known: Iterable[str]) -> str:
    """Return the question whether a similar known name is meant; "" if there is none."""
    close = get_close_matches(name, [*known], 1, 0.5)
    return gettext(" Did you mean “%(name)s”?") % {"name": close[0]} if close else ""


def check(data: QueryDict, known: Mapping[str, Parameter]) -> None:
    """Raise `ValidationError` by parameter for what is unknown, repeated, empty or of another form."""
    errors = {}
    for name, texts in data.lists():
        if name in known:
            faults = known[name].get_errors(texts)
        else:
            listed = {"name": name[:_SHOWN], "known": listing(sorted(known))}
            message = gettext("“%(name)s” is not a parameter here. Known: %(known)s.") % listed
            suggestion = suggest(name, known) if len(errors) < _SUGGESTED else ""
            faults = [ErrorDetail(message + suggestion, "unknown_parameter")]
        if faults:
            errors[name[:_SHOWN]] = faults
    if errors:
        raise ValidationError(errors)


def join_repeated(data: QueryDict, known: Mapping[str, Parameter]) -> QueryDict:
    """Return the query with `fields=a,b` for `fields=a&fields=b`, which many clients send."""
    repeated = [name for name, texts in data.lists() if len(texts) > 1 and known[name].separated]
    if not repeated:
        return data
    data = data.copy()
    for name in repeated:
        data[name] = ",".join(data.getlist(name))
    return data


LANG = Parameter(
    "lang",
    _("Language of messages; without it the Accept-Language header is followed."),
    {"type": "string", "enum": [code for code, _name in settings.LANGUAGES]},
    described=False,
)
FORMAT = Parameter("format", _("The only format is JSON."), {"type": "string", "enum": ["json"]}, described=False)
EVERYWHERE = (LANG, FORMAT)
AS_OF = Parameter(
    as_of.PARAMETER,
    _(
        "The register as it was known at the end of a day (2023-05-01, Asia/Shanghai), by when facts were published or"
        " approved, or as it was recorded here at a moment (ISO 8601) or after a revision (r57); without it as it stands"
        " now. Projects have their names of then; names of sectors and prefectures, and permissions, are today's."
    ),
    {"type": "string", "maxLength": 40, "examples": ["2023-05-01"]},
)
READING = (AS_OF, *EVERYWHERE)

UPDATED_MIN = Parameter(
    "updated_at_min",
    _(
        "Records that were written at this moment or later: a day or ISO 8601. What was deleted is told by changes/ alone."
    ),
    {"type": "string", "maxLength": 40, "examples": ["2023-08-07"]},
)

YEAR = {"type": "integer", "minimum": EARLIEST, "maximum": LATEST}
DAY_PATTERN = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
PARTIAL_DATE_PATTERN = "^[0-9]{4}(-(Q[1-4]|(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?))?$"
MONTH_PATTERN = "^[0-9]{4}-(0[1-9]|1[0-2])$"
MONTH_SCHEMA = {"type": "string", "pattern": MONTH_PATTERN, "examples": ["2023-06"]}
PROGRAMME = Parameter(
    "programme",
    _("Year of the programme that yearly figures are taken from; without it that of the month, else the current one."),
    YEAR | {"examples": [2023]},
    looked_up=True,
)
MONTH = Parameter("month", _("Figures of this one month of the programme's year."), MONTH_SCHEMA)
THROUGH = Parameter(
    "through",
    _("Figures from January through this month; without it through the last month with an approved report."),
    MONTH_SCHEMA,
)
SPAN = (PROGRAMME, MONTH, THROUGH)

FIELDS = "fields"
_ONLY_FIELDS = _("Only these fields of each record, with commas between.")


def get_fields_parameter(
    names: Iterable[str], description: Any = _ONLY_FIELDS, *, described: bool = False
) -> Parameter:
    """Return the parameter that narrows each record to some of its fields.

    For JSON it is said in words alone: the record that is described has them all.
    """
    schema = {"type": "string", "enum": list(names)}
    return Parameter(FIELDS, description, schema, separated=True, described=described, values_described=False)


FIGURES_ONLY = Parameter(
    FIELDS,
    _("Only these figures, with commas between."),
    {"type": "string", "enum": list(FIGURES)},
    separated=True,
)


def get_requested_names(
    request: Any, known: Iterable[str], *, unless_asked: Iterable[str] | None = None
) -> tuple[str, ...]:
    """Return those of `known` that the parameter `fields` names, in their order; without it all, or `unless_asked`."""
    asked = request.query_params.get(FIELDS)
    wanted = asked.split(",") if asked else unless_asked
    wanted = None if wanted is None else set(wanted)
    return tuple(name for name in known if wanted is None or name in wanted)
