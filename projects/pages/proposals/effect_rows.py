"""Effects of a proposal as rows: how the totals would move, with the way to the records of each present figure."""

from __future__ import annotations

from dataclasses import dataclass

from projects.workflows.proposals import ProposalEffect

from .. import links


@dataclass(frozen=True)
class EffectRow:
    """One figure before and after."""

    effect: ProposalEffect

    @property
    def url(self) -> str:
        """The records of the present figure; empty where there is no list of them."""
        effect = self.effect
        return links.records([*effect.parameters, ("counted_in", effect.now.name)]) if effect.parameters else ""

    @property
    def moves_coverage(self) -> bool:
        now, then = self.effect.now, self.effect.then
        return (now.known, now.of) != (then.known, then.of)
