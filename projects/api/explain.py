"""Explanation of one figure, opened to the records that it sums, and comparison of two states of knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse as page_address
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from projects.choices import Basis, Difference, OriginKind, Unit
from projects.history import as_of
from projects.periods import Month
from projects.provenance.origins import evidence
from projects.totals import explanation
from projects.totals.comparison import Comparison, get_comparison, get_figure_difference
from projects.totals.explanation import Explanation, step_of_month
from projects.totals.figures import FIGURES
from projects.totals.scope import Scope

from .fields import ChoiceOrNull, ShareField
from .filters import QUESTION, get_scope
from .pagination import EFFECTS_PAGE, NumberedPage
from .pagination import PARAMETERS as PAGING
from .parameters import AS_OF, FIGURES_ONLY, READING, Parameter, get_fields_parameter, get_requested_names
from .serializers import Paged, ReadOnlySerializer
from .totals import (
    Asked,
    Clocks,
    ComparedTarget,
    MonthOfAnswer,
    MonthsCoverage,
    RatioMembers,
    get_asked_members,
    get_clock_members,
    get_coverage_members,
    get_month_members,
    get_present_clock_members,
)
from .viewsets import RegisterView

_FIGURES = [(name, figure.label) for name, figure in FIGURES.items()]
_VALUE = _("In `unit`; null: not known.")
_WITHHELD = _("Null: not given, and the totals of that state say why.")


class TextOrNull(serializers.CharField):
    """A text; null for an empty one."""

    def to_representation(self, value: str) -> str | None:
        return value or None


class Evidence(ReadOnlySerializer):
    """What the value of one record is based on."""

    kind = ChoiceOrNull(OriginKind.choices, help_text=_("Null: not known."))
    basis = serializers.ChoiceField(Basis.choices)
    url = serializers.URLField(source="source.url", allow_null=True, help_text=_("Of the published source."))
    publisher = serializers.CharField(source="source.publisher", allow_null=True)
    published = serializers.CharField(source="source.published_on", allow_null=True)
    reported_by = TextOrNull(allow_null=True, help_text=_("Null for the public."))
    changed_by = TextOrNull(allow_null=True, help_text=_("Who changed it last; null for the public."))


class ExplainedRecord(ReadOnlySerializer):
    """One of the records that a figure sums, and its origin."""

    code = serializers.CharField(source="record.code")
    name_zh = serializers.CharField(source="record.name_zh")
    name_en = serializers.CharField(source="record.name_en")
    value = serializers.IntegerField(source="record.value", help_text=_("In `unit`."))
    below = serializers.IntegerField(
        source="record.below", allow_null=True, help_text=_("Of a ratio what the value is measured against.")
    )
    source = Evidence(source="origin", allow_null=True)
    changed_at = serializers.DateTimeField(
        source="origin.changed_at", allow_null=True, help_text=_("When the value was changed last.")
    )
    known_on = serializers.DateField(
        source="origin.known_on", allow_null=True, help_text=_("The day on which that became known.")
    )
    revision = serializers.IntegerField(source="origin.revision", allow_null=True, help_text=_("By which revision."))
    url = serializers.URLField(help_text=_("Address of the project."))


class ExplainedPart(ReadOnlySerializer):
    """One of the parts that a figure is the sum of."""

    key = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    value = serializers.IntegerField(help_text=_("In `unit`."))
    explain = serializers.URLField(help_text=_("Opens this part in the same way."))


class Effect(ReadOnlySerializer):
    """What one record did to a figure between two states of knowledge."""

    code = serializers.CharField(source="key")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(Difference.choices)
    before = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    after = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    difference = serializers.IntegerField(help_text=_("After less before; not known counts as nothing."))


class RatioDifference(ReadOnlySerializer):
    """A ratio then and now, as a share of 1, 6 places."""

    before = ShareField(allow_null=True, help_text=_WITHHELD)
    after = ShareField(allow_null=True, help_text=_WITHHELD)
    difference = ShareField(allow_null=True, source="points", help_text=_("Null: not given then or now."))


class FigureDifference(ReadOnlySerializer):
    """A figure then and now; the effects of the records of all pages add up to the difference."""

    name = serializers.ChoiceField(_FIGURES)
    unit = serializers.ChoiceField(Unit.choices, source="figure.unit")
    before = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    after = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    difference = serializers.IntegerField(
        allow_null=True,
        help_text=_("After less before; not known counts as nothing. Null: known neither then nor now."),
    )
    ratio = RatioDifference(
        allow_null=True,
        help_text=_("Of a ratio the share that it is, while `before` and `after` stand above; null of others."),
    )
    count = serializers.IntegerField(
        help_text=_("Records of all pages that had an effect on it; of a ratio on what stands above, not on the plan.")
    )
    effects = Effect(many=True, help_text=_("Of the records of this page, the largest first."))


class Since(Clocks, Paged):
    as_of = serializers.DateTimeField(source="moment", help_text=_("The moment that is compared with."))
    revision = serializers.IntegerField(help_text=_("The newest revision then; 0: before the first."))
    before = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    difference = serializers.IntegerField(
        allow_null=True,
        help_text=_("After less before; not known counts as nothing. Null: known neither then nor now."),
    )
    effects = Effect(
        many=True, help_text=_("The largest first, a page of them. Over all pages they add up to the difference.")
    )


class MonthBefore(ReadOnlySerializer):
    through = serializers.CharField(help_text=_("The month before the last."))
    value = serializers.IntegerField(allow_null=True, help_text=_("Through that month, in `unit`."))
    added = serializers.IntegerField(allow_null=True, help_text=_("What the last month added."))


class Explained(Asked, RatioMembers, Paged):
    """How one figure is calculated."""

    figure = serializers.ChoiceField(_FIGURES)
    label = serializers.CharField(help_text=_("In the reader's language."))
    definition = serializers.CharField(help_text=_("In the reader's language."))
    unit = serializers.ChoiceField(Unit.choices)
    filters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    revision = serializers.IntegerField(help_text=_("The revision after which it is so."))
    value = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    known = serializers.IntegerField(help_text=_("How many records have a value."))
    of = serializers.IntegerField(help_text=_("How many records could have one."))
    month = MonthOfAnswer(allow_null=True, help_text=_("The last month; null before the first that counts."))
    coverage = MonthsCoverage(allow_null=True, help_text=_("For figures made of months: how complete these are."))
    pending = serializers.IntegerField(allow_null=True, help_text=_("Reports that wait for approval: in no total."))
    parts_by = serializers.CharField(source="by")
    parts = ExplainedPart(many=True, help_text=_("They add up to the value."))
    targets = ComparedTarget(many=True)
    month_before = MonthBefore(allow_null=True, help_text=_("For figures made of months."))
    since = Since(help_text=_("What changed it since another day; its effects go by `effects_page`."))
    records = ExplainedRecord(many=True, help_text=_("The largest first. Over all pages they add up to the value."))
    page = serializers.URLField(help_text=_("The page that says the same to people."))
    permanent = serializers.URLField(help_text=_("This answer, for ever."))


class Sorting(ReadOnlySerializer):
    dimension = serializers.CharField()
    before_zh = serializers.CharField()
    before_en = serializers.CharField()
    after_zh = serializers.CharField()
    after_en = serializers.CharField()


class RecordDifference(ReadOnlySerializer):
    """What a record did to each figure, and how it is sorted otherwise."""

    code = serializers.CharField(source="key")
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(Difference.choices)
    effects = serializers.DictField(child=serializers.IntegerField(), help_text=_("By the name of the figure."))
    classes = Sorting(many=True, help_text=_("How it is sorted otherwise."))


class Compared(Asked, Paged):
    """The figures of one question as known at two times."""

    since = serializers.DateTimeField(source="moment")
    since_clock = serializers.CharField(help_text=_("As `clock`, of the state that is compared with."))
    since_known_on = serializers.DateField(allow_null=True, source="known_on", help_text=_("As `known_on`."))
    since_recorded_at = serializers.DateTimeField(
        allow_null=True, source="recorded_at", help_text=_("As `recorded_at`.")
    )
    since_revision = serializers.IntegerField(source="revision")
    revision = serializers.IntegerField()
    figures = FigureDifference(many=True)
    records = RecordDifference(many=True, help_text=_("That differ, by code, a page of them."))


SINCE = AS_OF.with_name(
    as_of.SINCE,
    _("What is compared with, as `as_of`; without it the end of the month before the newest that is known."),
)


class ComparisonView(RegisterView):
    """One question, two states of knowledge."""

    parameters = (SINCE, *QUESTION, FIGURES_ONLY, *PAGING, *READING)

    @extend_schema(
        summary=_("Compare two states of knowledge"),
        description=_(
            "What the figures were as known at `since` and as known at `as_of` (or now), for the same months and filters: "
            "records added, removed and changed, with the effect of each on each figure. Over all pages the effects add up "
            "exactly."
        ),
        responses=Compared,
    )
    def get(self, request: Request) -> Response:
        scope = get_scope(request)
        figures = get_requested_names(request, FIGURES)
        since, page = as_of.compared_with(request, until=scope.today), NumberedPage(request)
        found = get_comparison(scope, since, figures=figures, first=page.first, size=page.size)
        return Response(_get_comparison_members(found, page))


def _get_comparison_members(found: Comparison, page: NumberedPage) -> dict[str, Any]:
    scope = found.scope
    return {
        **get_asked_members(scope),
        "since": found.previous_state.moment,
        **{f"since_{name}": hand for name, hand in get_clock_members(found.previous_state).items()},
        **get_present_clock_members(scope),
        "figures": FigureDifference(found.figures, many=True).data,
        **page.members(found.count),
        "records": [
            {
                "code": record.key,
                "name_zh": record.name_zh,
                "name_en": record.name_en,
                "kind": record.kind,
                "effects": {name: effect.difference for name, effect in record.effects.items()},
                "classes": [
                    {
                        "dimension": each.dimension,
                        "before_zh": each.before[0],
                        "before_en": each.before[1],
                        "after_zh": each.after[0],
                        "after_en": each.after[1],
                    }
                    for each in record.classes
                ],
            }
            for record in found.records
        ],
    }


_FIGURE_PARAMETER = Parameter(
    "figure", _("The figure to explain."), {"type": "string", "enum": [*FIGURES]}, required=True
)
_MEMBERS = tuple(Explained().fields)
_ONLY_MEMBERS = _("Only these members of the answer, with commas between.")


class ExplainView(RegisterView):
    """One figure of a question."""

    parameters = (
        _FIGURE_PARAMETER,
        SINCE,
        *QUESTION,
        *PAGING,
        EFFECTS_PAGE,
        get_fields_parameter(_MEMBERS, _ONLY_MEMBERS),
        *READING,
    )

    @extend_schema(
        summary=_("Explain a figure"),
        description=_(
            "How a figure is calculated: its definition, conditions and coverage, what it is held against, how it "
            "changed, and every record that it sums with its value, its source and its last change. Parameters as "
            "of the totals. Records go by `page`, what changed the figure by `effects_page`."
        ),
        responses=Explained,
    )
    def get(self, request: Request) -> Response:
        name = request.query_params.get("figure")
        if name is None:
            raise ValidationError({"figure": [_("Say which figure; /figures/ lists them.")]})
        scope = get_scope(request)
        page = NumberedPage(request)
        opened = explanation.explanation(scope, name, first=page.first, size=page.size)
        members = self._get_members(opened, page)
        return Response({member: members[member] for member in get_requested_names(request, members)})

    def _get_members(self, opened: Explanation, page: NumberedPage) -> dict[str, Any]:
        scope, name, value = opened.scope, opened.figure.name, opened.value
        clocks, fixed = get_present_clock_members(scope), scope.parameters()
        if not scope.as_of:
            fixed = [*fixed, (as_of.PARAMETER, f"r{clocks['revision']}")]
        codes = [record.code for record in opened.records]
        origins = evidence(scope, name, codes)
        records = [
            {
                "record": record,
                "origin": origins.get(record.code),
                "url": reverse("api:projects-detail", args=[record.code], request=self.request),
            }
            for record in opened.records
        ]
        return {
            "figure": name,
            "label": str(opened.figure.label),
            "definition": str(opened.figure.definition),
            "unit": opened.figure.unit,
            **get_asked_members(scope),
            "filters": {
                name: [value for each, value in scope.filters if each == name] for name, _value in scope.filters
            },
            **clocks,
            "value": value.value,
            "known": value.known,
            "of": value.of,
            **RatioMembers(value).data,
            "month": get_month_members(scope),
            "coverage": get_coverage_members(self.request, scope, name),
            "pending": opened.pending.reports if opened.pending else None,
            "parts_by": opened.by,
            "parts": [
                {
                    "key": row.key,
                    "name_zh": row.name_zh,
                    "name_en": row.name_en,
                    "value": row.figures[name].value,
                    "explain": self._get_address([("figure", name), *row.parameters]),
                }
                for row in opened.parts
            ],
            "targets": ComparedTarget(value.targets, many=True).data,
            "month_before": _get_month_before(opened),
            "since": self._get_difference_members(scope, name),
            **page.members(opened.count),
            "records": ExplainedRecord(records, many=True).data,
            "page": self.request.build_absolute_uri(
                f"{page_address('figure', args=[name])}?{urlencode(scope.parameters())}"
            ),
            "permanent": self._get_address([("figure", name), *fixed]),
        }

    def _get_address(self, pairs: Sequence[tuple[str, str]]) -> str:
        return f"{reverse('api:explain', request=self.request)}?{urlencode(pairs)}"

    def _get_difference_members(self, scope: Scope, name: str) -> dict[str, Any]:
        since = as_of.compared_with(self.request, until=scope.today)
        page = NumberedPage(self.request, "effects_page")
        figure = get_figure_difference(scope, since, name, first=page.first, size=page.size)
        return {
            "as_of": since.moment,
            **get_clock_members(since),
            "before": figure.before,
            "difference": figure.difference,
            **page.members(figure.count),
            "effects": Effect(figure.effects, many=True).data,
        }


def _get_month_before(opened: Explanation) -> dict[str, Any] | None:
    step, through = step_of_month(opened), opened.scope.end_month
    if step is None or through is None:
        return None
    before, newest = (row.figures[opened.figure.name].value for row in step)
    return {"through": str(Month(through.year, through.number - 1)), "value": before, "added": newest}
