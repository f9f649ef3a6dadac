"""Ratings: reviewers' own judgements of entries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.models import Rating
from projects.periods import Month
from projects.totals.filter_types import AnyOf, OrderFilter, range_filters

from .fields import MonthText
from .filters import COLUMNS_OF_ENTRY, DayFilter, OfEntryFilterSet, month_filters, project_search
from .serializers import DAYS, AuthoredChange, OfEntryRecord
from .viewsets import WritableViewSet


class RatingRecord(OfEntryRecord):
    """A reviewer's own judgement of an entry, beside the light that a rule computes."""

    units = {"age": DAYS}

    private = ("words", "author")

    month = serializers.SerializerMethodField(
        label=_("month"), help_text=_("The month that the judgement speaks of, such as 2023-06.")
    )
    age = serializers.IntegerField(
        label=_("age"), help_text=_("Days since it was written, by the programme's own calendar.")
    )

    class Meta:
        model = Rating
        fields = [
            "id",
            "url",
            "entry",
            "project",
            "programme",
            "month",
            "light",
            "words",
            "author",
            "rated_at",
            "rated_on",
            "age",
        ]
        extra_kwargs = {"words": {"help_text": _("Why; null for the public.")}}

    def get_month(self, rating: Rating) -> str:
        return str(Month(rating.entry.programme.year, rating.month))


class RatingChange(AuthoredChange):
    """A new judgement. Its author is who sends it, and it is never changed: another one follows it."""

    month = MonthText(help_text=_("The month that the judgement speaks of, such as 2023-06."))

    class Meta:
        model = Rating
        fields = ["entry", "month", "light", "words"]

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        month, year = attributes["month"], attributes["entry"].programme.year
        if month.year != year:
            raise serializers.ValidationError(
                {"month": [_("%(month)s is not in the programme's year.") % {"month": month}]}
            )
        return attributes | {"month": month.number}


class RatingFilterSet(OfEntryFilterSet):
    search = project_search("entry__project")
    light = AnyOf(Rating, "light")
    month, month_min, month_max = month_filters("entry__programme")
    rated_on_min, rated_on_max = range_filters("rated_on", DayFilter)
    ordering = OrderFilter("programme", "project", "month", "rated_on", "id", columns=COLUMNS_OF_ENTRY)


class RatingViewSet(WritableViewSet):
    descriptions = {
        "list": _("Reviewers' own judgements of entries. The newest of an entry stands beside its computed light.")
    }
    model = Rating
    serializer_class = RatingRecord
    change_class = RatingChange
    filterset_class = RatingFilterSet
    related = ("entry__project", "entry__programme", "author")
    http_method_names = ["get", "head", "post"]
