"""Filters and orders of the API's lists other than projects, which have `projects.totals.filters`."""

from .claims import ClaimFilterSet
from .entries import EntryFilterSet
from .milestones_problems import MilestoneFilterSet, ProblemFilterSet
from .notes import NoteFilterSet
from .plans import LightRuleFilterSet, PlanFilterSet, RatingFilterSet
from .plausibility_rules import PlausibilityRuleFilterSet
from .programmes import ProgrammeFilterSet, TargetFilterSet
from .proposals import ProposalFilterSet
from .references import (
    ChainLinkFilterSet,
    DirectionFilterSet,
    EnterpriseFilterSet,
    PrefectureFilterSet,
    SectorFilterSet,
)
from .reports import ReportFilterSet
from .rounds import RoundFilterSet
