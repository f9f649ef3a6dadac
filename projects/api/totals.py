"""Totals of any scope, and the definitions of their figures. All is computed in `projects.totals`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import cached_property
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.access import Access
from projects.choices import Measure, Relation, ReportState, TargetKind, Unit, Verdict, Withheld
from projects.history import as_of
from projects.history.as_of import AsOf
from projects.history.clocks import DATED, Clock, RevisionDates
from projects.models import Revision
from projects.periods import Month
from projects.totals.coverage import months_coverage, reports_of
from projects.totals.dimensions import DIMENSIONS, MONTH
from projects.totals.figures import FIGURES, USUAL, Figure
from projects.totals.list_changes import list_changes
from projects.totals.results import Answer, FigureValue, Row
from projects.totals.scope import SCOPE_PARAMETERS, SPAN_PARAMETERS, Scope
from projects.totals.totals import breakdowns

from .fields import PLACES_OF_SHARES, ChoiceOrNull, ShareField, round_share
from .filters import QUESTION, get_scope
from .parameters import EVERYWHERE, FIELDS, FIGURES_ONLY, READING, Parameter, get_fields_parameter, get_requested_names
from .reports import PROJECTS
from .serializers import Place, ReadOnlySerializer
from .viewsets import RegisterView

COUNTED = {"known": _("How many records have a value."), "of": _("How many records could have one.")}


class Clocks(ReadOnlySerializer):
    """Both clocks of the state that an answer is of, and which of them was asked."""

    clock = serializers.ChoiceField(
        [(Clock.KNOWN.value, _("when facts became known")), (Clock.RECORDED.value, _("when they were recorded here"))],
        allow_null=True,
        help_text=_(
            "Which clock `as_of` asks: a day the first, a moment or a revision the second. Null: as it stands now."
        ),
    )
    known_on = serializers.DateField(
        allow_null=True,
        help_text=_("The day on which the newest fact in it became known: published, approved, decided."),
    )
    recorded_at = serializers.DateTimeField(allow_null=True, help_text=_("When that was recorded here."))


class Asked(Clocks):
    """Of what an answer is."""

    programme = serializers.IntegerField(allow_null=True, help_text=_("Year of the programme."))
    months = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("The first and the last month of yearly figures: the same twice for one month alone."),
    )
    as_of = serializers.DateTimeField(allow_null=True, help_text=_("Null: as it stands now."))


class TargetSource(ReadOnlySerializer):
    url = serializers.URLField()
    published = serializers.CharField(allow_null=True, source="published_on")
    publisher = serializers.CharField()


class SixDecimalsField(serializers.CharField):
    """A share of 1 as text."""

    def to_representation(self, value: Fraction) -> str:
        return f"{Decimal(value.numerator) / Decimal(value.denominator):.{PLACES_OF_SHARES}f}"


class ComparedTarget(ReadOnlySerializer):
    """A published number beside a figure."""

    measure = serializers.ChoiceField(Measure.choices, source="target.measure")
    kind = serializers.ChoiceField(TargetKind.choices, source="target.kind")
    relation = serializers.ChoiceField(Relation.choices, source="target.relation")
    value = serializers.IntegerField(source="target.value", help_text=_("In the target's unit."))
    unit = serializers.ChoiceField(Unit.choices, source="target.unit")
    ratio = ShareField(allow_null=True, help_text=_("The figure as a share of this number, 6 places."))
    difference = serializers.IntegerField(allow_null=True, help_text=_("The figure less this number."))
    met = serializers.BooleanField(
        allow_null=True, help_text=_("Whether the relation holds; null: cannot be said, as for a part of the list.")
    )
    sector = serializers.CharField(
        allow_null=True,
        source="target.sector.code",
        help_text=_("The code of the sector that the number speaks of; null: all of the list."),
    )
    held_against = serializers.IntegerField(
        allow_null=True,
        source="value",
        help_text=_("What is compared with this number: the figure, or that of the sector."),
    )
    verdict = ChoiceOrNull(
        Verdict.choices, help_text=_("What the figure says of this number; null: nothing, as for a part of the list.")
    )
    illustrative_share = SixDecimalsField(
        allow_null=True,
        help_text=_(
            "The share of the figure that is based on illustrative records, as a fraction of 1 to six decimals; "
            "above zero the verdict is cannot_be_tested. Null: the figure has no value."
        ),
    )
    through = serializers.CharField(
        allow_null=True, source="target.end_month", help_text=_("The month it goes through; null: the whole year.")
    )
    source = TargetSource(source="target.source")
    note_zh = serializers.CharField(source="target.note_zh")
    note_en = serializers.CharField(source="target.note_en")


class CoverageWord(ReadOnlySerializer):
    count = serializers.IntegerField(help_text=_("How many projects."))
    records = serializers.URLField(help_text=_("The list of exactly these."))


class CoverageWithGaps(CoverageWord):
    months = serializers.IntegerField(help_text=_("The months that they lack together. What is missing is no zero."))


class MonthsCoverage(ReadOnlySerializer):
    """Of how many projects a sum over months has all months in which they were on the list, some of them, none."""

    complete = CoverageWord()
    gaps = CoverageWithGaps()
    none = CoverageWord()


class MonthOfAnswer(ReadOnlySerializer):
    """The last month of the figures, and how many of the reports that were asked for it are approved."""

    month = serializers.CharField()
    state = serializers.ChoiceField(
        ["complete", "closed", "open"],
        help_text=_(
            "Complete: all are approved. Closed: nearly all, and the round is over. Open: it does not count yet, since too"
            " few are approved or a month before it does not count; it is shown to who asks for it."
        ),
    )
    approved = serializers.IntegerField(
        help_text=_("Approved reports: of the whole list, or of the part that you see.")
    )
    asked = serializers.IntegerField(help_text=_("Reports that are asked for."))
    due = serializers.DateField(allow_null=True, help_text=_("Null without a round."))
    closes = serializers.DateField(help_text=_("The last day for reports."))


class WholeYuan(serializers.IntegerField):
    """A fraction of CNY as the nearest whole number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, default=None, **options)

    def to_representation(self, value: Any) -> int:
        return round(value)


class RatioMembers(ReadOnlySerializer):
    """What a figure says of itself that is one above another; null of all others."""

    below = serializers.IntegerField(
        allow_null=True,
        help_text=_("Of a ratio what stands below, in CNY and of the records that have both; the value stands above."),
    )
    ratio = ShareField(
        allow_null=True,
        help_text=_("Of a ratio the value as a share of what is below, 6 places; null: see `withheld`."),
    )
    withheld = ChoiceOrNull(Withheld.choices, help_text=_("Why a ratio is not given; null: it is, or it is none."))
    due = WholeYuan(
        source="pairs.due",
        help_text=_(
            "Of a ratio what the annual plans ask for in the months that the value is of: those with an approved report. In"
            " CNY, rounded; null for one month alone."
        ),
    )
    gap_share = ShareField(
        allow_null=True, help_text=_("Of a ratio the value less what is due, as a share of what is below.")
    )
    unreported = WholeYuan(
        source="pairs.unreported",
        help_text=_(
            "What these plans ask for in months whose report is asked and has not been approved; CNY, rounded."
        ),
    )
    reported_months = serializers.IntegerField(
        source="pairs.reported",
        allow_null=True,
        default=None,
        help_text=_("Of how many pairs of a project and a month the value is."),
    )
    unplanned = serializers.IntegerField(
        source="pairs.unplanned",
        allow_null=True,
        default=None,
        help_text=_("How many projects have reported and have no plan: they are in neither."),
    )


class TotalFigure(RatioMembers):
    """A figure of one row: its value, of how many records, and what it was announced to be."""

    value = serializers.IntegerField(allow_null=True, help_text=_("In `unit`; null: no record has one."))
    known = serializers.IntegerField(help_text=_("How many records have a value."))
    of = serializers.IntegerField(help_text=_("How many records could have one."))
    off_list = serializers.IntegerField(
        help_text=_(
            "The part of the value of projects that are off the list: it stays in the sum and leaves every ratio."
        )
    )
    off_list_known = serializers.IntegerField(help_text=_("How many projects that is."))
    unit = serializers.ChoiceField(Unit.choices)
    illustrative = serializers.IntegerField(
        allow_null=True,
        help_text=_("The part of the value that is based on illustrative records; null: none, or by month."),
    )
    coverage = MonthsCoverage(
        allow_null=True, help_text=_("Only for the whole, and for what is made of monthly reports: their months.")
    )
    records = serializers.URLField(
        allow_null=True, help_text=_("The list of exactly the records that the value is made of.")
    )
    targets = ComparedTarget(many=True, help_text=_("Only for the whole: the published numbers of this figure."))


class TotalRow(ReadOnlySerializer):
    """The whole, or the records of one key."""

    key = serializers.CharField(allow_null=True, help_text=_("Null for the whole; `none` for records without a value."))
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    records = serializers.URLField(allow_null=True, help_text=_("The list of exactly the records of this row."))
    figures = serializers.DictField(child=TotalFigure(), help_text=_("By the name of the figure."))


class ListPart(ReadOnlySerializer):
    projects = serializers.IntegerField()
    records = serializers.URLField(help_text=_("The list of exactly these projects."))


class ListCourse(ReadOnlySerializer):
    """How the list changed from January to the last month: `start` and `joined`, less `left`, are `now`."""

    now = ListPart(help_text=_("On the list in the last month."))
    start = ListPart(help_text=_("On the list at the start of the year."))
    joined = ListPart(help_text=_("Joined since."))
    left = ListPart(help_text=_("Off the list from the first day of the month in which they left."))
    later = ListPart(help_text=_("Join after the last month."))


class Totals(Asked):
    """The answer to one question: one row for the whole, or one for each key. Rows add up to the whole."""

    by = serializers.CharField(allow_null=True)
    revision = serializers.IntegerField(
        allow_null=True, help_text=_("The revision after which it was so; 0: before the first. Null: as it stands now.")
    )
    through = serializers.CharField(allow_null=True, help_text=_("The last month of yearly figures, such as 2023-06."))
    month = MonthOfAnswer(allow_null=True, help_text=_("The last month; null before the first that counts."))
    year_elapsed = ShareField(
        allow_null=True,
        help_text=_("Share of the year that has gone by then. Null for one month alone, unless it is January."),
    )
    list = ListCourse(
        allow_null=True, help_text=_("Null: nothing joined or left, or the question is about a part of the list.")
    )
    listed = serializers.IntegerField(
        allow_null=True,
        help_text=_(
            "Projects on the whole list; null for a part of it, by a breakdown, and where no number was announced."
        ),
    )
    announced = serializers.IntegerField(
        allow_null=True, help_text=_("The number of projects that was announced last.")
    )
    covers = Place(
        many=True,
        allow_null=True,
        help_text=_("The prefectures that whoever asks, or the token, sees: nothing else is in the sums. Null: all."),
    )
    rows = TotalRow(many=True)


class FigureDefinition(ReadOnlySerializer):
    """What a figure is: the rule behind a number."""

    name = serializers.CharField()
    label_zh = serializers.CharField()
    label_en = serializers.CharField()
    definition_zh = serializers.CharField()
    definition_en = serializers.CharField()
    unit = serializers.ChoiceField(Unit.choices)


def get_asked_members(scope: Scope) -> dict[str, Any]:
    """Return programme, moment, and the first and the last month, of which there are none before the first report."""
    first = [Month(scope.end_month.year, scope.first_month)] if scope.end_month else []
    return {
        "programme": scope.year,
        "months": [str(month) for month in (*first, scope.end_month) if month],
        "as_of": scope.as_of.moment if scope.as_of else None,
    }


def get_clock_members(state: AsOf | None) -> dict[str, Any]:
    """Return the clock of a past state and both its dates; None in each for the present."""
    return {name: getattr(state, name, None) for name in ("clock", "known_on", "recorded_at", "revision")}


def get_present_clock_members(scope: Scope) -> dict[str, Any]:
    """Return `get_clock_members` of the scope, in the present with the newest revision."""
    if scope.as_of is not None:
        return get_clock_members(scope.as_of)
    newest = RevisionDates.from_row(Revision.objects.order_by("-number").values_list(*DATED).first())
    hands = {"known_on": newest.known_on, "recorded_at": newest.recorded_at}
    return {"clock": None, **hands, "revision": newest.number}


def get_month_members(scope: Scope) -> dict[str, Any] | None:
    """Return the last month and its counts of the whole list; None before there is one."""
    status = scope.months.by_number.get(scope.last_month) if scope.last_month else None
    if status is None:
        return None
    reports = reports_of(scope, status)
    return {
        "month": str(status.month),
        "state": "open" if status.is_open else "complete" if status.is_complete else "closed",
        "approved": reports.approved,
        "asked": reports.asked,
        "due": status.due,
        "closes": status.closes,
    }


def get_coverage_members(request: Request, scope: Scope, figure: str) -> dict[str, Any] | None:
    """Return the coverage of a figure made of monthly reports, with the addresses of its projects; None for any other."""
    coverage = months_coverage(scope, figure)
    if coverage is None:
        return None
    members: dict[str, Any] = {}
    for name, parameter in (("complete", "complete_in"), ("gaps", "gaps_in"), ("none", "missing")):
        query = urlencode(scope.with_added_filters(**{parameter: (figure,)}).parameters())
        address = f"{reverse('api:projects-list', request=request)}?{query}"
        members[name] = {"count": getattr(coverage, name), "records": address}
    members["gaps"]["months"] = coverage.months
    return members


class FiguresView(RegisterView):
    """The rule of every figure."""

    parameters = (get_fields_parameter(FigureDefinition().fields), *EVERYWHERE)

    @extend_schema(
        summary=_("List the figures"),
        description=_("What each figure of the totals is the sum of, in Chinese and English."),
        responses=FigureDefinition(many=True),
    )
    def get(self, request: Request) -> Response:
        described = [_get_definition_members(figure) for figure in FIGURES.values()]
        return Response([{name: each[name] for name in get_requested_names(request, each)} for each in described])


def _get_definition_members(figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {"name": figure.name}
    for suffix, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found |= {f"label_{suffix}": str(figure.label), f"definition_{suffix}": str(figure.definition)}
    return found | {"unit": figure.unit}


_BY = Parameter(
    "by",
    _("Break the total down; without it there is one row for the whole, with its targets."),
    {"type": "string", "enum": [*DIMENSIONS, MONTH]},
)
_FIGURES = FIGURES_ONLY.with_name(
    FIELDS,
    _(
        "Only these figures, with commas between; without it those that the province announces, and the money disbursed."
    ),
)


class TotalsView(RegisterView):
    """Totals of a programme's list, or of a part of it."""

    parameters = (_BY, *QUESTION, _FIGURES, *READING)

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
        scope, names = get_scope(request), get_requested_names(request, FIGURES, unless_asked=USUAL)
        answer = breakdowns(scope, by, illustrative=by != MONTH, figures=names)[by]
        changes = list_changes(scope)
        return Response(
            {
                **get_asked_members(scope),
                "by": by,
                **get_clock_members(answer.as_of),
                "through": str(answer.through) if answer.through else None,
                "month": get_month_members(scope),
                "year_elapsed": None if answer.year_elapsed is None else round_share(answer.year_elapsed),
                "list": changes
                and {
                    part.value: {
                        "projects": number,
                        "records": f"{self._projects}?{urlencode(changes.part_parameters(part))}",
                    }
                    for part, number in changes.numbers.items()
                },
                "listed": answer.listing.listed if answer.listing else None,
                "announced": answer.listing.announced if answer.listing else None,
                "covers": get_covered_places(scope.access),
                "rows": [self._get_row_members(row, answer, scope) for row in answer.rows],
            }
        )

    @cached_property
    def _projects(self) -> str:
        return reverse("api:projects-list", request=self.request)

    def _get_row_members(self, row: Row, answer: Answer, scope: Scope) -> dict[str, Any]:
        return {
            "key": row.key,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "records": self._get_address(row, answer, scope),
            "figures": {
                name: self._get_figure_members(figure, row, scope)
                | {"records": self._get_address(row, answer, scope, name)}
                for name, figure in row.figures.items()
            },
        }

    def _get_figure_members(self, figure: FigureValue, row: Row, scope: Scope) -> dict[str, Any]:
        return {
            "value": figure.value,
            "known": figure.known,
            "of": figure.of,
            "off_list": figure.off_list,
            "off_list_known": figure.off_list_known,
            "unit": figure.unit,
            "illustrative": row.illustrative[figure.name].value if row.illustrative else None,
            **RatioMembers(figure).data,
            "coverage": get_coverage_members(self.request, scope, figure.name) if row.key is None else None,
            "records": None,
            "targets": ComparedTarget(figure.targets, many=True).data,
        }

    def _get_address(self, row: Row, answer: Answer, scope: Scope, figure: str = "") -> str | None:
        """Return the address of exactly the row's records; with a figure, of those counted in it."""
        if answer.programme is None:
            return None  # no query string stands for the list of no programme
        if answer.by == MONTH:
            pairs = _get_report_parameters(scope, row, answer.programme.year, figure)
            return f"{reverse('api:reports-list', request=self.request)}?{urlencode(pairs)}"
        pairs = row.counted_parameters(figure) if figure else [*row.parameters]
        return f"{self._projects}?{urlencode(pairs)}"


def _get_report_parameters(scope: Scope, row: Row, year: int, figure: str) -> list[tuple[str, str]]:
    pairs = [("programme", str(year)), ("month", row.key or ""), ("state", ReportState.APPROVED.value)]
    filters = [pair for pair in scope.parameters() if pair[0] not in SCOPE_PARAMETERS]
    if figure == Measure.ENTERPRISES_ATTRACTED:
        pairs.append(("enterprises_attracted_min", "0"))
        filters.append(("counted_in", figure))
    if scope.as_of:
        pairs.append((as_of.PARAMETER, scope.as_of.text))
    if filters:
        # the filters are of projects, over the months of the question and not of the row
        span = [pair for pair in scope.parameters() if pair[0] in SPAN_PARAMETERS]
        pairs.append((PROJECTS.name, urlencode([*span, *filters])))
    return pairs


def _require_months(request: Request) -> None:
    """Raise `ValidationError` where a figure is named that has no months."""
    by_month = [name for name, figure in FIGURES.items() if figure.by_month]
    without = [name for name in get_requested_names(request, FIGURES, unless_asked=()) if name not in by_month]
    if without:
        message = gettext("“%(name)s” has no months. Figures that have them: %(known)s.")
        raise ValidationError({FIELDS: [message % {"name": name, "known": ", ".join(by_month)} for name in without]})


def get_covered_places(access: Access) -> list[dict[str, str]] | None:
    """Return the prefectures that the user, or the token, sees; None for all of the register."""
    if access.reads_all:
        return None
    return [{"adcode": code, "name_zh": zh, "name_en": en} for code, zh, en in sorted(access.places)]
