"""Totals, and what their figures mean."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api.fields import ChoiceOrNull
from projects.api.schema.examples import answer
from projects.choices import Measure, Relation, TargetKind, Unit, Verdict, Withheld
from projects.versioning.clocks import Clock

from .base import Place, ReadOnlySerializer


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


class TargetSource(ReadOnlySerializer):
    url = serializers.URLField()
    published = serializers.CharField(allow_null=True)
    publisher = serializers.CharField()


class ComparedTarget(ReadOnlySerializer):
    """A published number beside a figure."""

    measure = serializers.ChoiceField(Measure.choices)
    kind = serializers.ChoiceField(TargetKind.choices)
    relation = serializers.ChoiceField(Relation.choices)
    value = serializers.IntegerField(help_text=_("In the target's unit."))
    unit = serializers.ChoiceField(Unit.choices)
    ratio = serializers.FloatField(allow_null=True, help_text=_("The figure as a share of this number, 6 places."))
    difference = serializers.IntegerField(allow_null=True, help_text=_("The figure less this number."))
    met = serializers.BooleanField(
        allow_null=True, help_text=_("Whether the relation holds; null: cannot be said, as for a part of the list.")
    )
    sector = serializers.CharField(
        allow_null=True, help_text=_("The code of the sector that the number speaks of; null: all of the list.")
    )
    held_against = serializers.IntegerField(
        allow_null=True, help_text=_("What is compared with this number: the figure, or that of the sector.")
    )
    verdict = ChoiceOrNull(
        Verdict.choices,
        help_text=_("What the figure says of this number; null: nothing, as for a part of the list."),
    )
    illustrative_share = serializers.CharField(
        allow_null=True,
        help_text=_(
            "The share of the figure that is based on illustrative records, as a fraction of 1 to six decimals; "
            "above zero the verdict is cannot_be_tested. Null: the figure has no value."
        ),
    )
    through = serializers.CharField(allow_null=True, help_text=_("The month it goes through; null: the whole year."))
    source = TargetSource()
    note_zh = serializers.CharField()
    note_en = serializers.CharField()


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
            "Complete: all are approved. Closed: nearly all, and the round is over. Open: too few to hold anything against a"
            " plan; it is shown to who asks for it."
        ),
    )
    approved = serializers.IntegerField(
        help_text=_("Approved reports: of the whole list, or of the part that you see.")
    )
    asked = serializers.IntegerField(help_text=_("Reports that are asked for."))
    due = serializers.DateField(allow_null=True, help_text=_("Null without a round."))
    closes = serializers.DateField(help_text=_("The last day for reports."))


class RatioMembers(ReadOnlySerializer):
    """What a figure says of itself that is one above another; null of all others."""

    below = serializers.IntegerField(
        allow_null=True,
        help_text=_("Of a ratio what stands below, in CNY and of the records that have both; the value stands above."),
    )
    ratio = serializers.FloatField(
        allow_null=True,
        help_text=_("Of a ratio the value as a share of what is below, 6 places; null: see `withheld`."),
    )
    withheld = ChoiceOrNull(Withheld.choices, help_text=_("Why a ratio is not given; null: it is, or it is none."))


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


@extend_schema_serializer(examples=[answer("totals")])
class Totals(Clocks):
    """The answer to one question: one row for the whole, or one for each key. Rows add up to the whole."""

    programme = serializers.IntegerField(allow_null=True, help_text=_("Year of the programme."))
    by = serializers.CharField(allow_null=True)
    as_of = serializers.DateTimeField(allow_null=True, help_text=_("Null: as it stands now."))
    revision = serializers.IntegerField(
        allow_null=True, help_text=_("The revision after which it was so; 0: before the first. Null: as it stands now.")
    )
    months = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("The first and the last month of yearly figures: the same twice for one month alone."),
    )
    through = serializers.CharField(allow_null=True, help_text=_("The last month of yearly figures, such as 2023-06."))
    month = MonthOfAnswer(allow_null=True, help_text=_("The last month; null before the first that counts."))
    year_elapsed = serializers.FloatField(
        allow_null=True,
        help_text=_(
            "Share of the year that has gone by then. Null for one month alone, unless it is January, and if open."
        ),
    )
    list = ListCourse(
        allow_null=True, help_text=_("Null: nothing joined or left, or the question is about a part of the list.")
    )
    covers = Place(
        many=True,
        allow_null=True,
        help_text=_("The prefectures that whoever asks, or the token, sees: nothing else is in the sums. Null: all."),
    )
    rows = TotalRow(many=True)


@extend_schema_serializer(examples=[answer("figure")])
class FigureDefinition(ReadOnlySerializer):
    """What a figure is: the rule behind a number."""

    name = serializers.CharField()
    label_zh = serializers.CharField()
    label_en = serializers.CharField()
    definition_zh = serializers.CharField()
    definition_en = serializers.CharField()
    unit = serializers.ChoiceField(Unit.choices)


class DoubtedRule(ReadOnlySerializer):
    """What a plausibility rule doubts."""

    code = serializers.CharField(help_text=_("Names the rule in `confirm`."))
    message = serializers.CharField(help_text=_("What is doubted, in the reader's language."))
    field = serializers.CharField(help_text=_("The field, such as total_investment or records.3.total_investment."))


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
