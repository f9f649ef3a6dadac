"""Targets of a programme in words: relation, verdict, who said it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.choices import Measure, Relation, TargetKind, Verdict
from projects.models import Source, Target
from projects.pages import formatting
from projects.totals.pace import Progress
from projects.totals.targets import Comparison, is_within_target


@dataclass(frozen=True)
class PublishedTarget:
    """One number that was said of a programme."""

    target: Target
    measure: str
    kind: str
    text: str  # with its relation: 'exactly 473.0', 'more than 150.0'
    value: str  # the same, where exactly goes without saying
    quantity: str  # the same with its unit: 'more than 150.0 billion CNY'
    unit: str
    months: str  # 'January to June', empty for the whole year
    source: Source
    note: str
    part: str = ""  # the sector that it speaks of; empty for all of the list


@dataclass(frozen=True)
class Compared:
    """A target beside the sum: how far apart, and whether it is met; both empty of a part of the list.

    Where the verdict is withheld it says why, and `is_tested` is False.
    """

    said: PublishedTarget
    difference: str
    verdict: str
    met: bool | None
    share: str
    is_tested: bool = True
    held_against: str = ""  # the sum of the part, where the target speaks of one


def build_target_display(target: Target, form: str = "headline") -> PublishedTarget:
    return PublishedTarget(
        target=target,
        measure=measure_name(target.measure),
        kind=formatting.sentence_case(str(TargetKind(target.kind).label)),
        text=relation_text(target, form),
        value=value_text(target, form),
        quantity=value_text(target, form, unit=formatting.unit_name(target.unit, form)),
        unit=formatting.unit_name(target.unit, form),
        months=formatting.months(1, target.through_month) if target.through_month else "",
        source=target.source,
        note=target.note,
        part=target.sector.name if target.sector else "",
    )


def build_comparison_display(comparison: Comparison, form: str = "headline") -> Compared:
    """A comparison in words. Only a programme's whole list can meet or miss a target; how far it is from what was stated as
    'more than' a number, or as 'about' one and is near enough, is no number.
    """
    target, difference = comparison.target, comparison.difference
    text = ""
    if difference is not None and comparison.met is not None and not is_within_target(difference, target):
        text = formatting.signed_number(difference, target.unit, form)
    return Compared(
        said=build_target_display(target, form),
        difference=text,
        verdict=verdict_in_words(comparison),
        met=comparison.met,
        share=formatting.percent(comparison.ratio),
        held_against=_get_part_value(comparison, form),
        is_tested=comparison.verdict is None or comparison.met is not None,
    )


def _get_part_value(comparison: Comparison, form: str) -> str:
    if comparison.target.sector is None or comparison.value is None:
        return ""
    return formatting.number(comparison.value, comparison.target.unit, form)


def measure_name(measure: str) -> str:
    return formatting.sentence_case(str(Measure(measure).label))


def relation_text(target: Target, form: str = "headline", *, unit: str = "") -> str:
    """'exactly 473.0', 'more than 150.0', 'about 31.7'; with a unit, before which 以上 does not stand."""
    pattern = {
        Relation.EXACTLY: _("exactly %(value)s"),
        Relation.AT_LEAST: _("at least %(value)s"),
        Relation.MORE_THAN: _("more than %(value)s"),
        Relation.ABOUT: _("about %(value)s"),
    }[Relation(target.relation)]
    value = formatting.number(target.value, target.unit, form)
    if target.relation == Relation.ABOUT and "." in value:  # no more digits than were meant
        value = value.rstrip("0").removesuffix(".")
    return pattern % {"value": f"{value} {unit}" if unit else value}


def value_text(target: Target, form: str = "headline", *, unit: str = "") -> str:
    """Only what is not exact says so: '473.0', 'about 31.7'."""
    if target.relation == Relation.EXACTLY:
        value = formatting.number(target.value, target.unit, form)
        return f"{value} {unit}" if unit else value
    return relation_text(target, form, unit=unit)


def plan_name(kind: str) -> str:
    """A plan for the year by who says it, as it stands in a sentence."""
    return {
        TargetKind.ANNOUNCED: _("the announced plan"),
        TargetKind.REVISED: _("the revised plan"),
        TargetKind.MONITORED: _("the monitored plan"),
        TargetKind.REPORTED: _("the reported plan"),
    }[TargetKind(kind)]


@dataclass(frozen=True)
class NamedProgress:
    """Progress against one plan, by a name that tells it from the others as it stands in a sentence."""

    name: str
    progress: Progress

    @property
    def planned(self) -> str:
        """The amount of the plan: '473.0', 'about 317'."""
        plan = self.progress.plan
        return value_text(plan) if plan else formatting.money(self.progress.planned, "headline")

    @property
    def due(self) -> str:
        return self.about(formatting.money(self.progress.due, "table"))

    def about(self, text: str) -> str:
        """Return an amount that follows from a plan: 'about', where the entries' own plans come to another one."""
        return _("about %(value)s") % {"value": text} if self.progress.is_scaled else text


def named_progress(progress: Iterable[Progress]) -> list[NamedProgress]:
    """Plans of one kind are told apart by their dates."""
    progress = list(progress)
    kinds = [each.plan.kind for each in progress if each.plan]
    return [NamedProgress(_name_among(each.plan, kinds) if each.plan else _own_plans(each), each) for each in progress]


def _own_plans(progress: Progress) -> str:
    """Whose they are: where not all that have money have a plan, so much is said with them."""
    if progress.partly is None:
        return _("these projects' own plans")
    values = {"count": formatting.count(progress.partly)}
    return (
        ngettext(
            "the own plan of the %(count)s of them that has one",
            "the own plans of the %(count)s of them that have one",
            progress.partly,
        )
        % values
    )


def _name_among(plan: Target, kinds: list[str]) -> str:
    if kinds.count(plan.kind) < 2:
        return plan_name(plan.kind)
    date = plan.source.published_on or plan.source.publisher
    return _("%(plan)s of %(date)s") % {"plan": plan_name(plan.kind), "date": date}


def untested_in_words(illustrative_share: Fraction | None) -> str:
    """Why nothing follows from a sum of which a share is illustrative."""
    if illustrative_share == 1:
        return _("cannot be tested: all illustrative")
    share = formatting.part_in_percent(illustrative_share)
    return _("cannot be tested: %(share)s of it is illustrative") % {"share": share}


def verdict_in_words(comparison: Comparison) -> str:
    """What a sum says of a target; of a part of a list nothing."""
    target, verdict = comparison.target, comparison.verdict
    if verdict is None:
        return ""
    if verdict == Verdict.CANNOT_BE_TESTED:
        return untested_in_words(comparison.illustrative_share)
    if verdict in (Verdict.TOO_FEW, Verdict.SHORT_LIST):
        return str(verdict.label)
    if verdict in (Verdict.MET, Verdict.NOT_MET) and comparison.difference is None:
        return str(verdict.label)
    words = {
        Relation.EXACTLY: (_("equal"), _("not equal")),
        Relation.AT_LEAST: (_("reached"), _("not yet reached")),
        Relation.MORE_THAN: (_("exceeded"), _("not yet exceeded")),
        Relation.ABOUT: (_("about equal"), _("difference of more than 1%")),
    }[Relation(target.relation)]
    return words[0] if comparison.met else words[1]
