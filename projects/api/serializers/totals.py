"""Serializers of totals, and of what their figures mean."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.schema.examples import answer
from projects.history.as_of import AsOf
from projects.history.clocks import Clock
from projects.models import Target
from projects.totals.figures import Figure
from projects.totals.months import MonthStatus
from projects.totals.results import Answer, FigureValue, Row
from projects.totals.targets import Comparison

from .base import Place, ReadOnlySerializer
from .by_type import TypedSerializer, Url

COUNTED = {"known": _("How many records have a value."), "of": _("How many records could have one.")}


class Clocks(TypedSerializer):
    """Both clocks of the state that an answer is of, and which of them was asked."""

    clock = serializers.ChoiceField(
        [(Clock.KNOWN.value, _("when facts became known")), (Clock.RECORDED.value, _("when they were recorded here"))],
        allow_null=True,
        help_text=_(
            "Which clock `as_of` asks: a day the first, a moment or a revision the second. Null: as it stands now."
        ),
    )

    of = AsOf
    members = "clock known_on recorded_at"
    texts = {
        "known_on": _("The day on which the newest fact in it became known: published, approved, decided."),
        "recorded_at": _("When that was recorded here."),
    }


class Asked(Clocks):
    """Of what an answer is."""

    programme: Annotated[int | None, _("Year of the programme.")]
    months: Annotated[
        list[str], _("The first and the last month of yearly figures: the same twice for one month alone.")
    ]
    as_of: Annotated[dt.datetime | None, _("Null: as it stands now.")]


class TargetSource(TypedSerializer):
    url: Url
    published: str | None
    publisher: str


class ComparedTarget(TypedSerializer):
    """A published number beside a figure."""

    sector: Annotated[str | None, _("The code of the sector that the number speaks of; null: all of the list.")]
    held_against: Annotated[int | None, _("What is compared with this number: the figure, or that of the sector.")]
    illustrative_share: Annotated[
        str | None,
        _(
            "The share of the figure that is based on illustrative records, as a fraction of 1 to six decimals; "
            "above zero the verdict is cannot_be_tested. Null: the figure has no value."
        ),
    ]
    source: TargetSource

    of = (Target, Comparison)
    members = (
        "measure kind relation value unit ratio difference met sector held_against verdict illustrative_share through "
        "source note_zh note_en"
    )
    texts = {
        "value": _("In the target's unit."),
        "ratio": _("The figure as a share of this number, 6 places."),
        "difference": _("The figure less this number."),
        "met": _("Whether the relation holds; null: cannot be said, as for a part of the list."),
        "verdict": _("What the figure says of this number; null: nothing, as for a part of the list."),
        "through": _("The month it goes through; null: the whole year."),
    }


class CoverageWord(TypedSerializer):
    count: Annotated[int, _("How many projects.")]
    records: Annotated[Url, _("The list of exactly these.")]


class CoverageWithGaps(CoverageWord):
    months: Annotated[int, _("The months that they lack together. What is missing is no zero.")]


class MonthsCoverage(TypedSerializer):
    """Of how many projects a sum over months has all months in which they were on the list, some of them, none."""

    complete: CoverageWord
    gaps: CoverageWithGaps
    none: CoverageWord


class MonthOfAnswer(TypedSerializer):
    """The last month of the figures, and how many of the reports that were asked for it are approved."""

    state = serializers.ChoiceField(
        ["complete", "closed", "open"],
        help_text=_(
            "Complete: all are approved. Closed: nearly all, and the round is over. Open: too few to hold anything against a"
            " plan; it is shown to who asks for it."
        ),
    )

    of = MonthStatus
    members = "month state approved asked due closes"
    texts = {
        "approved": _("Approved reports: of the whole list, or of the part that you see."),
        "asked": _("Reports that are asked for."),
        "due": _("Null without a round."),
        "closes": _("The last day for reports."),
    }


class RatioMembers(TypedSerializer):
    """What a figure says of itself that is one above another; null of all others."""

    of = FigureValue
    members = "below ratio withheld"
    texts = {
        "below": _("Of a ratio what stands below, in CNY and of the records that have both; the value stands above."),
        "ratio": _("Of a ratio the value as a share of what is below, 6 places; null: see `withheld`."),
        "withheld": _("Why a ratio is not given; null: it is, or it is none."),
    }


class TotalFigure(RatioMembers):
    """A figure of one row: its value, of how many records, and what it was announced to be."""

    illustrative: Annotated[
        int | None, _("The part of the value that is based on illustrative records; null: none, or by month.")
    ]
    coverage: Annotated[
        MonthsCoverage | None, _("Only for the whole, and for what is made of monthly reports: their months.")
    ]
    records: Annotated[Url | None, _("The list of exactly the records that the value is made of.")]
    targets: Annotated[list[ComparedTarget], _("Only for the whole: the published numbers of this figure.")]

    of = FigureValue
    members = "value known of off_list off_list_known unit illustrative coverage records targets"
    texts = COUNTED | {
        "value": _("In `unit`; null: no record has one."),
        "off_list": _(
            "The part of the value of projects that are off the list: it stays in the sum and leaves every ratio."
        ),
        "off_list_known": _("How many projects that is."),
    }


class TotalRow(TypedSerializer):
    """The whole, or the records of one key."""

    records: Annotated[Url | None, _("The list of exactly the records of this row.")]
    figures: Annotated[dict[str, TotalFigure], _("By the name of the figure.")]

    of = Row
    members = "key name_zh name_en records figures"
    texts = {"key": _("Null for the whole; `none` for records without a value.")}


class ListPart(TypedSerializer):
    projects: int
    records: Annotated[Url, _("The list of exactly these projects.")]


class ListCourse(TypedSerializer):
    """How the list changed from January to the last month: `start` and `joined`, less `left`, are `now`."""

    now: Annotated[ListPart, _("On the list in the last month.")]
    start: Annotated[ListPart, _("On the list at the start of the year.")]
    joined: Annotated[ListPart, _("Joined since.")]
    left: Annotated[ListPart, _("Off the list from the first day of the month in which they left.")]
    later: Annotated[ListPart, _("Join after the last month.")]


@extend_schema_serializer(examples=[answer("totals")])
class Totals(Asked):
    """The answer to one question: one row for the whole, or one for each key. Rows add up to the whole."""

    revision: Annotated[
        int | None, _("The revision after which it was so; 0: before the first. Null: as it stands now.")
    ]
    month: Annotated[MonthOfAnswer | None, _("The last month; null before the first that counts.")]
    list: Annotated[ListCourse | None, _("Null: nothing joined or left, or the question is about a part of the list.")]
    covers: Annotated[
        tuple[Place, ...] | None,
        _("The prefectures that whoever asks, or the token, sees: nothing else is in the sums. Null: all."),
    ]
    rows: tuple[TotalRow, ...]

    of = Answer
    members = "programme by as_of revision months through month year_elapsed list covers rows"
    texts = {
        "through": _("The last month of yearly figures, such as 2023-06."),
        "year_elapsed": _(
            "Share of the year that has gone by then. Null for one month alone, unless it is January, and if open."
        ),
    }


@extend_schema_serializer(examples=[answer("figure")])
class FigureDefinition(TypedSerializer):
    """What a figure is: the rule behind a number."""

    label_zh: str
    label_en: str
    definition_zh: str
    definition_en: str

    of = Figure
    members = "name label_zh label_en definition_zh definition_en unit"


class DoubtedRule(TypedSerializer):
    """What a plausibility rule doubts."""

    code: Annotated[str, _("Names the rule in `confirm`.")]
    message: Annotated[str, _("What is doubted, in the reader's language.")]
    field: Annotated[str, _("The field, such as total_investment or records.3.total_investment.")]


class Problem(ReadOnlySerializer):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text=_("Always about:blank: the status says what kind of error it is."))
    title = serializers.CharField(help_text=_("The status in words, in the reader's language."))
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("What is wrong here, in the reader's language."))
    instance = serializers.CharField(help_text=_("The address that was asked."))
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=_("Messages by the name of the field or parameter; `record` for the record as a whole."),
    )
    code = serializers.ChoiceField(
        choices=["needs_confirmation"],
        required=False,
        help_text=_(
            "Where nothing is wrong but what can be confirmed: send the same again with `confirm` and a reason."
        ),
    )
    rules = DoubtedRule(
        many=True,
        required=False,
        help_text=_("With that code: what is doubted, and the rules to be named in `confirm`."),
    )
    current = serializers.DictField(
        required=False, help_text=_("With 412: the record as it is stored now, as a read of it answers.")
    )
