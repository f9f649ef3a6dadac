"""Totals of any question, and the rule behind each of their figures. All is counted in `projects.totals.totals`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.access import Access
from projects.api.fields import PLACES_OF_SHARES, written_share
from projects.api.parameters import FIELDS, READING, Parameter, chosen_of, fields_of
from projects.api.scopes import QUESTION, scope_of
from projects.api.serializers.totals import Totals
from projects.choices import Measure, ReportState
from projects.history import as_of
from projects.totals.dimensions import DIMENSIONS, MONTH
from projects.totals.figures import FIGURES, USUAL
from projects.totals.list_changes import list_changes
from projects.totals.scope import SCOPE_PARAMETERS, SPAN_PARAMETERS, Scope
from projects.totals.targets import Comparison
from projects.totals.totals import Answer, FigureValue, Row, breakdowns

from .base import RegisterView
from .comparison import clocks_of, months_of
from .month_status import coverage_of, month_of
from .reports import PREFIX

_BY = Parameter(
    "by",
    _("Break the total down; without it there is one row for the whole, with its targets."),
    {"type": "string", "enum": [*DIMENSIONS, MONTH]},
)
_FIGURES = fields_of(
    FIGURES,
    _(
        "Only these figures, with commas between; without it those that the province announces, and the money disbursed."
    ),
)


class TotalsView(RegisterView):
    """Totals of a programme's list, or of a part of it."""

    def known_parameters(self) -> Sequence[Parameter]:
        return (_BY, *QUESTION, _FIGURES, *READING)

    @extend_schema(
        summary=_("Total figures"),
        description=_(
            "Sums over the projects on a programme's list, for the filters given. Every row and figure has the address "
            "of exactly the records that it is the sum of; the rows of a breakdown add up to the whole."
        ),
        responses=Totals,
    )
    def get(self, request: Request) -> Response:
        by = request.query_params.get("by")
        if by == MONTH:
            _require_months(request)
        presentation = Presentation(request, scope_of(request))
        return Response(presentation.of(by))


class Presentation:
    """Writes an answer as JSON, with the address of the records behind each number."""

    def __init__(self, request: Request, scope: Scope) -> None:
        self.scope, self.chosen = scope, chosen_of(request, FIGURES, unless_asked=USUAL)
        self.projects = reverse("api:projects-list", request=request)
        self.reports = reverse("api:reports-list", request=request)

    def of(self, by: str | None) -> dict[str, Any]:
        answer = breakdowns(self.scope, by, illustrative=by != MONTH, figures=self.chosen)[by]
        return {
            "programme": answer.programme.year if answer.programme else None,
            "by": by,
            "as_of": answer.as_of.moment if answer.as_of else None,
            **clocks_of(answer.as_of),
            "months": months_of(self.scope),
            "through": str(answer.through) if answer.through else None,
            "month": month_of(self.scope),
            "year_elapsed": _number(answer.year_elapsed),
            "list": self._list(),
            "covers": covered(self.scope.access),
            "rows": [self._row(row, answer) for row in answer.rows],
        }

    def _list(self) -> dict[str, Any] | None:
        changes = list_changes(self.scope)
        if changes is None:
            return None
        return {
            part.value: {"projects": number, "records": f"{self.projects}?{urlencode(changes.part_parameters(part))}"}
            for part, number in changes.numbers.items()
        }

    def _coverage(self, figure: FigureValue) -> dict[str, Any] | None:
        return coverage_of(self.projects, self.scope, figure.name)

    def _row(self, row: Row, answer: Answer) -> dict[str, Any]:
        own = _query_of(row.parameters)
        return {
            "key": row.key,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "records": self._address(row, answer, own),
            "figures": {
                figure.name: self._figure(figure, row, self._address(row, answer, own, figure.name))
                for figure in row.figures.values()
            },
        }

    def _figure(self, figure: FigureValue, row: Row, records: str | None) -> dict[str, Any]:
        illustrative = row.illustrative[figure.name].value if row.illustrative else None
        return {
            "value": figure.value,
            "known": figure.known,
            "of": figure.of,
            "off_list": figure.off_list,
            "off_list_known": figure.off_list_known,
            "unit": figure.unit,
            "illustrative": illustrative,
            **ratio_of(figure),
            "coverage": self._coverage(figure) if row.key is None else None,
            "records": records,
            "targets": [target_of(comparison) for comparison in figure.targets],
        }

    def _address(self, row: Row, answer: Answer, own: str, figure: str = "") -> str | None:
        """The list of exactly the row's records; of a figure, exactly those counted in it."""
        if answer.programme is None:
            return None  # no query string stands for the list of no programme
        if answer.by == MONTH:
            return f"{self.reports}?{urlencode(self._reports_of(row, answer.programme.year, figure))}"
        opening = row.counted_parameters(figure)[len(row.parameters) :] if figure else []
        return f"{self.projects}?{own}{'&' if own and opening else ''}{_query_of(tuple(opening))}"

    def _reports_of(self, row: Row, year: int, figure: str) -> list[tuple[str, str]]:
        pairs = [("programme", str(year)), ("month", row.key or ""), ("state", ReportState.APPROVED.value)]
        filters = [pair for pair in self.scope.parameters() if pair[0] not in SCOPE_PARAMETERS]
        if figure == Measure.ENTERPRISES_ATTRACTED:
            pairs.append(("enterprises_attracted_min", "0"))
            filters.append(("counted_in", figure))
        if self.scope.as_of:
            pairs.append((as_of.PARAMETER, self.scope.as_of.text))
        if filters:
            # the filters are of projects, over the months of the question and not of the row
            span = [pair for pair in self.scope.parameters() if pair[0] in SPAN_PARAMETERS]
            pairs += [(PREFIX + name, value) for name, value in (*span, *filters)]
        return pairs


def _require_months(request: Request) -> None:
    """Raise `ValidationError` where a figure is named that has no months."""
    by_month = [name for name, figure in FIGURES.items() if figure.by_month]
    without = [name for name in chosen_of(request, FIGURES, unless_asked=()) if name not in by_month]
    if without:
        told = gettext("“%(name)s” has no months. Figures that have them: %(known)s.")
        raise ValidationError({FIELDS: [told % {"name": name, "known": ", ".join(by_month)} for name in without]})


def covered(access: Access) -> list[dict[str, str]] | None:
    """The prefectures that the asker, or the token, sees; None for whoever sees all of the register."""
    if access.reads_all:
        return None
    return [{"adcode": code, "name_zh": zh, "name_en": en} for code, zh, en in sorted(access.places)]


@lru_cache(maxsize=1000)
def _query_of(pairs: tuple[tuple[str, str], ...]) -> str:
    """The same few questions are written into every row of every answer."""
    return urlencode(pairs)


def ratio_of(figure: FigureValue) -> dict[str, Any]:
    """What a ratio has beside its value; nulls for every other figure."""
    return {"below": figure.below, "ratio": _number(figure.ratio), "withheld": figure.withheld}


def target_of(comparison: Comparison) -> dict[str, Any]:
    target = comparison.target
    return {
        "measure": target.measure,
        "kind": target.kind,
        "relation": target.relation,
        "value": target.value,
        "unit": target.unit,
        "ratio": _number(comparison.ratio),
        "difference": comparison.difference,
        "met": comparison.met,
        "sector": target.sector.code if target.sector else None,
        "held_against": comparison.value,
        "verdict": comparison.verdict,
        "illustrative_share": _six_decimals(comparison.illustrative_share),
        "through": str(target.through) if target.through else None,
        "source": {
            "url": target.source.url,
            "published": str(target.source.published_on) if target.source.published_on else None,
            "publisher": target.source.publisher,
        },
        "note_zh": target.note_zh,
        "note_en": target.note_en,
    }


def _six_decimals(share: Fraction | None) -> str | None:
    return None if share is None else f"{Decimal(share.numerator) / Decimal(share.denominator):.{PLACES_OF_SHARES}f}"


def _number(share: Fraction | None) -> float | None:
    return None if share is None else written_share(share)
