"""Published claims about a project's figures, side by side with how far they are apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from django.http import HttpRequest
from django.utils.translation import gettext as _

from projects.choices import ClaimFigure, Unit
from projects.models import Claim, Project
from projects.provenance.contradictions import ClaimGroup, claim_groups
from projects.workflows import adoption

from . import formatting
from .return_address import opened_from


@dataclass(frozen=True)
class Statement:
    """One claim in words.

    `gap` is how far an amount is from the adopted one, `act_url` where the reader decides about it; both may be empty.
    """

    claim: Claim
    text: str
    gap: str = ""
    act_url: str = ""

    @property
    def act_label(self) -> str:
        return str(adoption.transition_of(self.claim).button)


@dataclass(frozen=True)
class Statements:
    """The claims about one figure and one thing it covers. `apart` is empty unless their amounts differ."""

    scope: str
    statements: list[Statement]
    apart: str
    difference: str

    @property
    def lines(self) -> int:
        """Rows of a table that they take."""
        return len(self.statements) + bool(self.apart)


@dataclass(frozen=True)
class FigureStatements:
    """All claims about one figure of the project; `remark` says what the figure is if none of them is adopted."""

    label: str
    unit: str
    groups: list[Statements]
    finding: str
    is_money: bool
    remark: str


Acts = Callable[[Claim], str]  # the address at which the reader decides about a claim, or ''


def statements_about(project: Project, claims: list[Claim], *, acts: Acts) -> list[FigureStatements]:
    """The claims by figure, in the figures' own order."""
    groups = claim_groups(claims)
    by_figure = {figure: [group for group in groups if group.figure == figure] for figure in ClaimFigure}
    return [_figure(project, figure, own, acts) for figure, own in by_figure.items() if own]


def acts_of(request: HttpRequest) -> Acts:
    """Where the reader of a page adopts a claim, or withdraws it."""

    def act(claim: Claim) -> str:
        transition = adoption.transition_of(claim)
        if not ClaimFigure(claim.figure).is_of_project or not transition.allows(request.user, claim):
            return ""
        return opened_from(request, f"claim-{transition.action}", str(claim.pk), anchor="claims")

    return act


def _figure(project: Project, figure: ClaimFigure, groups: list[ClaimGroup], acts: Acts) -> FigureStatements:
    money = figure.unit == Unit.CNY
    claims = [claim for group in groups for claim in group.claims]
    adopted = next((claim for claim in claims if claim.adopted), None)
    return FigureStatements(
        label=formatting.sentence_case(str(figure.label)),
        unit=formatting.money_unit("table") if money else "",
        groups=[_group(group, adopted, acts) for group in groups],
        finding=_finding(groups),
        is_money=money,
        remark="" if adopted or not figure.is_of_project else _remark(project, figure, claims),
    )


def _remark(project: Project, figure: ClaimFigure, claims: list[Claim]) -> str:
    """Why the figure is blank, or what else it rests on, where no claim is adopted."""
    if project.figure(figure) is not None:
        return _("None is adopted: the project's figure is based on something else, as the facts say.")
    if len({claim.value for claim in claims}) > 1:
        return _("They disagree and none is adopted, so the figure stays blank and is in no total.")
    return _("None is adopted, so this project has no such figure and is not in its total.")


def _finding(groups: list[ClaimGroup]) -> str:
    """What the statements come to, for the title of their chart."""
    disagreeing = [group for group in groups if group.disagrees]
    if disagreeing:
        widest = max(disagreeing, key=lambda group: group.apart or Fraction(0))
        if widest.apart is None:
            return _("sources disagree about %(scope)s") % {"scope": widest.scope or _("the same figure")}
        values = {"scope": widest.scope or _("the same figure"), "percent": formatting.percent(widest.apart, 0)}
        return _("sources disagree about %(scope)s by %(percent)s") % values
    if len(groups) > 1:
        return _("each source covers something else")
    return _("sources agree") if len(groups[0].claims) > 1 else _("one source speaks of it")


def _group(group: ClaimGroup, adopted: Claim | None, acts: Acts) -> Statements:
    apart = difference = ""
    if group.spread is not None:
        difference = formatting.money(group.spread, "table")
        if group.apart is not None:
            apart = _("difference %(percent)s (of the lower figure)") % {"percent": formatting.percent(group.apart, 0)}
    return Statements(
        scope=group.scope,
        statements=[
            replace(statement_of(claim), gap=_gap(claim, adopted), act_url=acts(claim)) for claim in group.claims
        ],
        apart=apart,
        difference=difference,
    )


def _gap(claim: Claim, adopted: Claim | None) -> str:
    """How far an amount is from the adopted one, with its sign; empty for the adopted one itself, and for dates."""
    if adopted is None or claim.amount is None or adopted.amount is None or claim.pk == adopted.pk:
        return ""
    return formatting.signed_exact_money(claim.amount - adopted.amount)


def statement_of(claim: Claim) -> Statement:
    if claim.amount is not None:
        return Statement(claim, formatting.exact_money(claim.amount))
    return Statement(claim, f"{claim.stated}%" if claim.unit == Unit.PERCENT else claim.stated)
