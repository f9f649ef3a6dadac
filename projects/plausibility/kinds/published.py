"""Kinds of rules about evidence: a published figure that is taken away, and a record whose basis falls."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.choices import Basis, PlausibilityKind
from projects.models import Entry, PlausibilityRule, Project
from projects.models.attribution import figure_of, reporter_of
from projects.money import AmountInSentence
from projects.plausibility.surroundings import Surroundings

from .kind import Finding, kind

_FIGURES = {
    "project": Project.attributed,
    "entry": ("planned_disbursement", "disbursed_before"),
    "monthlyreport": ("disbursed",),
}
_WITH_BASIS = ("project", "entry", "plan", "milestone", "problem", "monthlyreport")
_WORTH = {Basis.ILLUSTRATIVE: 0, Basis.REPORTED: 1, Basis.PUBLISHED: 2}


@kind(
    name=PlausibilityKind.PUBLISHED_FIGURE,
    looks_at=_FIGURES,
    message=_("{value} was published. Nothing would be known any more: is it to be taken away?"),
)
def _published_figure(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Where a figure that was published becomes blank."""
    if record._stored is None:
        return
    stored = SimpleNamespace(**record._stored)
    for name in _FIGURES[record._meta.model_name]:
        value = figure_of(stored, name)
        if value is not None and figure_of(record, name) is None and _was_published(record, stored, name):
            yield Finding(name, AmountInSentence(value) if isinstance(value, int) else value)


def _was_published(record: Any, stored: Any, name: str) -> bool:
    """Whether a figure, as it is stored, stands in a publication: the record's own, or that of an adopted claim."""
    if getattr(stored, reporter_of(name), ""):
        return False
    names_a_source = isinstance(record, Entry) and stored.source_id is not None and name in Entry.attributed
    is_claimed = isinstance(record, Project) and record.source_of(name) is not None
    return stored.basis == Basis.PUBLISHED or names_a_source or is_claimed


@kind(
    name=PlausibilityKind.LOWER_BASIS,
    looks_at=dict.fromkeys(_WITH_BASIS, ("basis",)),
    message=_("The basis falls from “{other}” to “{value}”: what was stated so far counts for less."),
)
def _lower_basis(record: Any, rule: PlausibilityRule, around: Surroundings) -> Iterator[Finding]:
    """Published is worth more than reported, and reported more than illustrative."""
    if record._stored is None:
        return
    before, now = Basis(record._stored["basis"]), Basis(record.basis)
    if _WORTH[now] < _WORTH[before]:
        yield Finding("basis", now.label, before.label)


KINDS = (_published_figure, _lower_basis)
