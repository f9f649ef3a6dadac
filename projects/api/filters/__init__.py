"""What the lists of the API other than projects can be filtered and ordered by; projects have `projects.filters`."""

from .claims import ClaimFilterSet
from .entries import EntryFilterSet
from .programmes import ProgrammeFilterSet, TargetFilterSet
from .references import ChainLinkFilterSet, EnterpriseFilterSet, PrefectureFilterSet, SectorFilterSet
from .reports import ReportFilterSet

__all__ = [
    "ChainLinkFilterSet",
    "ClaimFilterSet",
    "EnterpriseFilterSet",
    "EntryFilterSet",
    "PrefectureFilterSet",
    "ProgrammeFilterSet",
    "ReportFilterSet",
    "SectorFilterSet",
    "TargetFilterSet",
]
