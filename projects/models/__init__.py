"""The records of the domain, one noun a file."""

from . import reference_history as _reference_history
from .claim import Claim
from .entry import Entry
from .grant import Grant
from .places import Enterprise, Prefecture
from .programme import Programme, Target
from .project import Project
from .report import MonthlyReport
from .revision import Revision
from .source import Source

HistoricalSector = _reference_history.Sector.history.model
HistoricalChainLink = _reference_history.ChainLink.history.model

__all__ = [
    "Claim",
    "Enterprise",
    "Entry",
    "Grant",
    "MonthlyReport",
    "Prefecture",
    "Programme",
    "Project",
    "Revision",
    "Source",
    "Target",
]
