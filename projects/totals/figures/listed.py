"""Figures of a list that are counted by conditions: projects that go on from the year before, those at or below the least
investment that was announced, and revenue of which sources say that it is output value.
"""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from projects.choices import ClaimFigure, ListStatus, Measure, Relation
from projects.models import Claim, Target

from .figure import figure
from .span import Span


def _entry_with(span: Span, condition: Q) -> Exists:
    return Exists(span.entries().filter(condition, project=OuterRef("pk")))


def _floors(span: Span) -> Any:
    return Target.objects.filter(programme_id=span.programme_id, measure=Measure.MINIMUM_PROJECT_INVESTMENT)


def _highest(floors: Any) -> Coalesce:
    """Found once for all projects; below every amount where there is none."""
    highest = floors.order_by().values("programme").annotate(highest=Max("value")).values("highest")
    return Coalesce(Subquery(highest), -1)


def at_floor(span: Span) -> Q:
    """Projects that miss a floor: what is announced as more than an amount by the amount itself, else by less than it."""
    is_more_than = Q(relation=Relation.MORE_THAN)
    more_than, others = _floors(span).filter(is_more_than), _floors(span).exclude(is_more_than)
    return Q(total_investment__lte=_highest(more_than)) | Q(total_investment__lt=_highest(others))


def _is_output_value(_span: Span) -> Q:
    said = Claim.objects.filter(project=OuterRef("pk"), figure=ClaimFigure.EXPECTED_REVENUE, adopted=True)
    return Q(expected_revenue__isnull=False) & Q(Exists(said.filter(of_output_value=True)))


LISTED = (
    figure(
        Measure.CONTINUING_COUNT,
        _("Number of projects that go on from the year before; with data for those of which the list says so or not."),
        lambda span: _entry_with(span, ~Q(status=ListStatus.UNKNOWN)),
        counted=lambda span: _entry_with(span, Q(status=ListStatus.CONTINUING)),
    ),
    figure(
        Measure.AT_FLOOR_COUNT,
        _(
            "Number of projects whose total investment is at or below the minimum announced for each project of "
            "the list; with data for those that have one."
        ),
        lambda span: Q(total_investment__isnull=False) & Q(Exists(_floors(span))),
        applies=lambda span: Q(Exists(_floors(span))),
        counted=lambda span: Q(total_investment__isnull=False) & at_floor(span),
        none_below=Measure.MINIMUM_PROJECT_INVESTMENT,
    ),
    figure(
        Measure.OUTPUT_VALUE,
        _(
            "What of the expected revenue is output value: the source that the figure follows speaks of that, not of"
            " revenue."
        ),
        _is_output_value,
        applies=_is_output_value,
        amount=lambda span: Case(
            When(_is_output_value(span), then=F("expected_revenue")), output_field=BigIntegerField()
        ),
    ),
)
