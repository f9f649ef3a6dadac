"""Published claims about projects that contradict each other: all of them, which is adopted, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import ClaimFigure, Unit
from projects.models import Claim
from projects.pages import formatting, links
from projects.pages.statements import Statement, statement_of
from projects.provenance.contradictions import Disagreement, claim_disagreements

from .contradictions import difference_text


@dataclass(frozen=True)
class ClaimContradiction:
    """The claims about one figure of a project that differ. `verdict` says what the figure is, and why."""

    code: str
    name: str
    url: str
    figure: str
    unit: str
    said: list[Statement]
    apart: str
    verdict: str


def claim_contradictions(claims: Iterable[Claim]) -> list[ClaimContradiction]:
    """By project and figure, in the order in which the claims come."""
    return [_shown(each) for each in claim_disagreements(claims)]


def _shown(found: Disagreement) -> ClaimContradiction:
    first = found.claims[0]
    return ClaimContradiction(
        code=first.project.code,
        name=first.project.name,
        url=f"{links.project(first.project.code)}#claims",
        figure=formatting.sentence_case(str(ClaimFigure(first.figure).label)),
        unit=formatting.money_unit("table") if first.unit == Unit.CNY else "",
        said=[statement_of(claim) for claim in found.claims],
        apart=_apart(found),
        verdict=_verdict(found),
    )


def _apart(found: Disagreement) -> str:
    """How far apart they are; and whether they speak of the same thing at all."""
    parts = []
    if found.spread is not None:
        parts.append(difference_text(formatting.money_with_unit(found.spread, "table"), found.apart))
    if not found.of_the_same:
        parts.append(_("they cover different things"))
    return formatting.clauses(parts)


def _verdict(found: Disagreement) -> str:
    adopted = next((claim for claim in found.claims if claim.adopted), None)
    if adopted is not None:
        return adopted.adopted_because or _("adopted with the register, no reason recorded")
    if not ClaimFigure(found.claims[0].figure).is_of_project:
        return _("no figure of the project itself")
    if found.claims[0].project.figure(found.claims[0].figure) is None:
        return _("none adopted, so the figure is blank")
    return _("none adopted, the figure is based on something else")
