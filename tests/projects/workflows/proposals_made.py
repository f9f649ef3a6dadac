"""Proposals about two projects of Changsha, as the workflow makes them."""

from __future__ import annotations

from typing import Any

from projects.models import Project, Proposal
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue

OWN, OTHER_OWN = "HN-EI-2023-25", "HN-EI-2023-29"  # of Changsha, with amounts and plans
ELSEWHERE = "HN-EI-2023-39"  # of Zhuzhou
LETTER = "企业来函，2023 年 7 月 18 日"
MORE = 5_000_000_000  # CNY, more than either has
INVESTMENT = ProposedValue("project.total_investment", None, MORE)
PLAN = ProposedValue("entry.planned_disbursement", 2023, 700_000_000)


def project(code: str = OWN) -> Project:
    return Project.objects.get(code=code)


def proposed(user: Any, *asked: ProposedValue, code: str = OWN, **words: Any) -> Proposal:
    said = {"reason": "追加设备投资", "source": None, "reported_by": LETTER} | words
    return proposals.propose(project(code), asked or (INVESTMENT,), user=user, **said)


def returned(user: Any, reviewer: Any, *asked: ProposedValue, **more: Any) -> Proposal:
    return proposals.send_back(proposed(user, *asked, **more), user=reviewer, comment="请附来函。")


def again(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def move_base(amount: int = 1) -> None:
    """The province changes the proposed figure itself."""
    found = project()
    found.total_investment = amount
    found.save()


def in_state(state: str, user: Any, reviewer: Any) -> Proposal:
    """A proposal that was brought to a state by its proper steps."""
    made = proposed(user)
    steps = {
        "submitted": lambda: made,
        "returned": lambda: proposals.send_back(made, user=reviewer, comment="请附来函。"),
        "refused": lambda: proposals.refuse(made, user=reviewer, comment="依据不足。"),
        "withdrawn": lambda: proposals.withdraw(made, user=user),
        "accepted": lambda: proposals.accept(made, user=reviewer),
    }
    return steps[state]()
