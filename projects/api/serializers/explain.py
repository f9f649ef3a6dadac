"""A figure that explains itself, and two states of knowledge compared."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.api.fields import ChoiceOrNull
from projects.choices import Basis, Difference, OriginKind, Unit
from projects.totals.figures import FIGURES

from .base import Paged, ReadOnlySerializer
from .totals import Clocks, ComparedTarget, MonthOfAnswer, MonthsCoverage, RatioMembers

_VALUE = _("In `unit`; null: not known.")
_DIFFERENCE = _("After less before; not known counts as nothing. Null: known neither then nor now.")


class Evidence(ReadOnlySerializer):
    """What the value of one record is based on."""

    kind = ChoiceOrNull(OriginKind.choices, help_text=_("Null: not known."))
    basis = serializers.ChoiceField(Basis.choices)
    url = serializers.URLField(allow_null=True, help_text=_("Of the published source."))
    publisher = serializers.CharField(allow_null=True)
    published = serializers.CharField(allow_null=True)
    reported_by = serializers.CharField(allow_null=True, help_text=_("Null for the public."))
    changed_by = serializers.CharField(allow_null=True, help_text=_("Who changed it last; null for the public."))


class ExplainedRecord(ReadOnlySerializer):
    """One of the records that a figure sums."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    value = serializers.IntegerField(help_text=_("In `unit`."))
    below = serializers.IntegerField(allow_null=True, help_text=_("Of a ratio what the value is measured against."))
    source = Evidence(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True, help_text=_("When the value was changed last."))
    known_on = serializers.DateField(allow_null=True, help_text=_("The day on which that became known."))
    revision = serializers.IntegerField(allow_null=True, help_text=_("By which revision."))
    url = serializers.URLField(help_text=_("Address of the project."))


class ExplainedPart(ReadOnlySerializer):
    key = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    value = serializers.IntegerField(help_text=_("In `unit`."))
    explain = serializers.URLField(help_text=_("Opens this part in the same way."))


class Effect(ReadOnlySerializer):
    """What one record did to a figure between two states of knowledge."""

    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(Difference.choices)
    before = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    after = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    difference = serializers.IntegerField(help_text=_("After less before; not known counts as nothing."))


class FigureDifference(ReadOnlySerializer):
    """A figure then and now; the effects of the records of all pages add up to the difference."""

    name = serializers.ChoiceField([(name, figure.label) for name, figure in FIGURES.items()])
    unit = serializers.ChoiceField(Unit.choices)
    before = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    after = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    difference = serializers.IntegerField(allow_null=True, help_text=_DIFFERENCE)
    count = serializers.IntegerField(help_text=_("Records of all pages that had an effect on it."))
    effects = Effect(many=True, help_text=_("Of the records of this page, the largest first."))


class Since(Clocks, Paged):
    as_of = serializers.DateTimeField(help_text=_("The moment that is compared with."))
    revision = serializers.IntegerField(help_text=_("The newest revision then; 0: before the first."))
    before = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    difference = serializers.IntegerField(allow_null=True, help_text=_DIFFERENCE)
    effects = Effect(
        many=True, help_text=_("The largest first, a page of them. Over all pages they add up to the difference.")
    )


class MonthBefore(ReadOnlySerializer):
    through = serializers.CharField(help_text=_("The month before the last."))
    value = serializers.IntegerField(allow_null=True, help_text=_("Through that month, in `unit`."))
    added = serializers.IntegerField(allow_null=True, help_text=_("What the last month added."))


class Explained(Clocks, RatioMembers, Paged):
    """How one figure is calculated."""

    figure = serializers.ChoiceField([(name, figure.label) for name, figure in FIGURES.items()])
    label = serializers.CharField(help_text=_("In the reader's language."))
    definition = serializers.CharField(help_text=_("In the reader's language."))
    unit = serializers.ChoiceField(Unit.choices)
    programme = serializers.IntegerField(allow_null=True)
    months = serializers.ListField(child=serializers.CharField(), help_text=_("The first and the last month."))
    filters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    as_of = serializers.DateTimeField(allow_null=True, help_text=_("Null: as it stands now."))
    revision = serializers.IntegerField(help_text=_("The revision after which it is so."))
    value = serializers.IntegerField(allow_null=True, help_text=_VALUE)
    known = serializers.IntegerField(help_text=_("How many records have a value."))
    of = serializers.IntegerField(help_text=_("How many records could have one."))
    month = MonthOfAnswer(allow_null=True, help_text=_("The last month; null before the first that counts."))
    coverage = MonthsCoverage(allow_null=True, help_text=_("For figures made of months: how complete these are."))
    pending = serializers.IntegerField(allow_null=True, help_text=_("Reports that wait for approval: in no total."))
    parts_by = serializers.CharField()
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
    code = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    kind = serializers.ChoiceField(Difference.choices)
    effects = serializers.DictField(child=serializers.IntegerField(), help_text=_("By the name of the figure."))
    classes = Sorting(many=True, help_text=_("How it is sorted otherwise."))


class Compared(Clocks, Paged):
    """The figures of one question as known at two times."""

    programme = serializers.IntegerField(allow_null=True)
    months = serializers.ListField(child=serializers.CharField(), help_text=_("The first and the last month."))
    since = serializers.DateTimeField()
    since_clock = serializers.CharField(help_text=_("As `clock`, of the state that is compared with."))
    since_known_on = serializers.DateField(allow_null=True, help_text=_("As `known_on`."))
    since_recorded_at = serializers.DateTimeField(allow_null=True, help_text=_("As `recorded_at`."))
    since_revision = serializers.IntegerField()
    as_of = serializers.DateTimeField(allow_null=True, help_text=_("Null: as it stands now."))
    revision = serializers.IntegerField()
    figures = FigureDifference(many=True)
    records = RecordDifference(many=True, help_text=_("That differ, by code, a page of them."))
