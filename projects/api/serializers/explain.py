"""Serializers of an explanation, a figure opened to its records, and of a comparison of two states of knowledge."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from projects.choices import Basis, OriginKind
from projects.history.as_of import AsOf
from projects.provenance.origins import Origin
from projects.totals import comparison, explanation, results
from projects.totals.figures import FIGURES

from .base import Paged
from .by_type import TypedSerializer, Url
from .totals import COUNTED, Asked, Clocks, ComparedTarget, MonthOfAnswer, MonthsCoverage, RatioMembers

_FIGURES = [(name, figure.label) for name, figure in FIGURES.items()]
_VALUE = _("In `unit`; null: not known.")
_WITHHELD = _("Null: not given, and the totals of that state say why.")
_CHANGE = {
    "before": _VALUE,
    "after": _VALUE,
    "difference": _("After less before; not known counts as nothing. Null: known neither then nor now."),
}


class Evidence(TypedSerializer):
    """What the value of one record is based on."""

    kind: Annotated[OriginKind | None, _("Null: not known.")]
    basis: Basis
    url: Annotated[Url | None, _("Of the published source.")]
    publisher: str | None
    published: str | None
    reported_by: Annotated[str | None, _("Null for the public.")]
    changed_by: Annotated[str | None, _("Who changed it last; null for the public.")]


class ExplainedRecord(TypedSerializer):
    """One of the records that a figure sums."""

    source: Evidence | None
    url: Annotated[Url, _("Address of the project.")]

    of = (explanation.Contribution, Origin)
    members = "code name_zh name_en value below source changed_at known_on revision url"
    texts = {
        "value": _("In `unit`."),
        "below": _("Of a ratio what the value is measured against."),
        "changed_at": _("When the value was changed last."),
        "known_on": _("The day on which that became known."),
        "revision": _("By which revision."),
    }


class ExplainedPart(TypedSerializer):
    """One of the parts that a figure is the sum of."""

    key: str
    value: Annotated[int, _("In `unit`.")]
    explain: Annotated[Url, _("Opens this part in the same way.")]

    of = results.Row
    members = "key name_zh name_en value explain"


class Effect(TypedSerializer):
    """What one record did to a figure between two states of knowledge."""

    of = comparison.Effect
    members = "code:key name_zh name_en kind before after difference"
    texts = _CHANGE | {"difference": _("After less before; not known counts as nothing.")}


class RatioDifference(TypedSerializer):
    """A ratio then and now, as a share of 1, 6 places."""

    of = comparison.Shares
    members = "before after difference:points"
    texts = {"before": _WITHHELD, "after": _WITHHELD, "difference": _("Null: not given then or now.")}


class FigureDifference(TypedSerializer):
    """A figure then and now; the effects of the records of all pages add up to the difference."""

    name = serializers.ChoiceField(_FIGURES)
    ratio: Annotated[
        RatioDifference | None,
        _("Of a ratio the share that it is, while `before` and `after` stand above; null of others."),
    ]
    effects: Annotated[list[Effect], _("Of the records of this page, the largest first.")]

    of = comparison.FigureDifference
    members = "name unit:figure.unit before after difference ratio count effects"
    texts = _CHANGE | {
        "count": _("Records of all pages that had an effect on it; of a ratio on what stands above, not on the plan.")
    }


class Since(Clocks, Paged):
    effects: Annotated[
        list[Effect], _("The largest first, a page of them. Over all pages they add up to the difference.")
    ]

    of = (AsOf, comparison.FigureDifference)
    members = "as_of:moment revision before difference effects"
    texts = _CHANGE | {
        "as_of": _("The moment that is compared with."),
        "revision": _("The newest revision then; 0: before the first."),
    }


class MonthBefore(TypedSerializer):
    through: Annotated[str, _("The month before the last.")]
    value: Annotated[int | None, _("Through that month, in `unit`.")]
    added: Annotated[int | None, _("What the last month added.")]


class Explained(Asked, RatioMembers, Paged):
    """How one figure is calculated."""

    figure = serializers.ChoiceField(_FIGURES)
    label: Annotated[str, _("In the reader's language.")]
    definition: Annotated[str, _("In the reader's language.")]
    filters: dict[str, list[str]]
    revision: Annotated[int, _("The revision after which it is so.")]
    month: Annotated[MonthOfAnswer | None, _("The last month; null before the first that counts.")]
    coverage: Annotated[MonthsCoverage | None, _("For figures made of months: how complete these are.")]
    pending: Annotated[int | None, _("Reports that wait for approval: in no total.")]
    parts: Annotated[list[ExplainedPart], _("They add up to the value.")]
    targets: list[ComparedTarget]
    month_before: Annotated[MonthBefore | None, _("For figures made of months.")]
    since: Annotated[Since, _("What changed it since another day; its effects go by `effects_page`.")]
    records: Annotated[list[ExplainedRecord], _("The largest first. Over all pages they add up to the value.")]
    page: Annotated[Url, _("The page that says the same to people.")]
    permanent: Annotated[Url, _("This answer, for ever.")]

    of = (results.FigureValue, explanation.Explanation)
    members = (
        "figure label definition unit programme months filters as_of revision value known of month coverage pending "
        "parts_by:by parts targets month_before since records page permanent"
    )
    texts = COUNTED | {"value": _VALUE}


class Sorting(TypedSerializer):
    dimension: str
    before_zh: str
    before_en: str
    after_zh: str
    after_en: str


class RecordDifference(TypedSerializer):
    """What a record did to each figure, and how it is sorted otherwise."""

    effects: Annotated[dict[str, int], _("By the name of the figure.")]
    classes: Annotated[list[Sorting], _("How it is sorted otherwise.")]

    of = comparison.RecordDifference
    members = "code:key name_zh name_en kind effects classes"


class Compared(Asked, Paged):
    """The figures of one question as known at two times."""

    since_clock: Annotated[str, _("As `clock`, of the state that is compared with.")]
    revision: int
    figures: list[FigureDifference]
    records: Annotated[list[RecordDifference], _("That differ, by code, a page of them.")]

    of = AsOf
    members = (
        "programme months since:moment since_clock since_known_on:known_on since_recorded_at:recorded_at "
        "since_revision:revision as_of revision figures records"
    )
    texts = {"since_known_on": _("As `known_on`."), "since_recorded_at": _("As `recorded_at`.")}
