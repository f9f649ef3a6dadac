"""Published statements about a project's figures, side by side with how far they are apart."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from projects.choices import ClaimFigure, Unit
from projects.contradictions import ClaimGroup, claim_groups
from projects.models import Claim, Project

from . import wording


@dataclass(frozen=True)
class Statement:
    """One claim; `amount` is CNY for money, None for dates and shares."""

    claim: Claim
    text: str
    amount: int | None
    note: str


@dataclass(frozen=True)
class Statements:
    """The claims about one figure and one thing it covers. `apart` is empty unless their amounts differ."""

    scope: str
    statements: list[Statement]
    apart: str
    difference: str
    disagrees: bool

    @property
    def lines(self) -> int:
        """Rows of a table that they take."""
        return len(self.statements) + bool(self.apart)


@dataclass(frozen=True)
class FigureStatements:
    """All claims about one figure of the project."""

    figure: str
    label: str
    unit: str
    groups: list[Statements]
    finding: str
    adopted: bool
    is_money: bool


def statements_about(project: Project, claims: list[Claim]) -> list[FigureStatements]:
    """The claims by figure, in the figures' own order."""
    groups = claim_groups(claims)
    found = []
    for figure in ClaimFigure:
        own = [group for group in groups if group.figure == figure]
        if own:
            found.append(_figure(figure, own))
    return found


def _figure(figure: ClaimFigure, groups: list[ClaimGroup]) -> FigureStatements:
    money = figure.unit == Unit.CNY
    return FigureStatements(
        figure=figure.value,
        label=wording.sentence_case(str(figure.label)),
        unit=wording.money_unit("table") if money else "",
        groups=[_group(group) for group in groups],
        finding=_finding(groups),
        adopted=any(claim.adopted for group in groups for claim in group.claims),
        is_money=money,
    )


def _finding(groups: list[ClaimGroup]) -> str:
    """What the statements come to, for the title of their chart."""
    disagreeing = [group for group in groups if group.disagrees]
    if disagreeing:
        widest = max(disagreeing, key=lambda group: group.apart or Fraction(0))
        if widest.apart is None:
            return _("sources disagree about %(scope)s") % {"scope": widest.scope or _("the same figure")}
        values = {"scope": widest.scope or _("the same figure"), "percent": wording.percent(widest.apart, 0)}
        return _("sources disagree about %(scope)s by %(percent)s") % values
    if len(groups) > 1:
        return _("each source covers something else")
    return _("sources agree") if len(groups[0].claims) > 1 else _("one source speaks of it")


def _group(group: ClaimGroup) -> Statements:
    apart = difference = ""
    if group.spread is not None:
        difference = wording.money(group.spread, "table")
        if group.apart is not None:
            apart = _("%(percent)s apart (the smaller is 100)") % {"percent": wording.percent(group.apart, 0)}
    return Statements(
        scope=group.scope,
        statements=[_statement(claim) for claim in group.claims],
        apart=apart,
        difference=difference,
        disagrees=group.disagrees,
    )


def _statement(claim: Claim) -> Statement:
    if claim.amount is not None:
        return Statement(claim, wording.exact_money(claim.amount), claim.amount, claim.note)
    text = f"{claim.stated}%" if claim.unit == Unit.PERCENT else claim.stated
    return Statement(claim, text, None, claim.note)
