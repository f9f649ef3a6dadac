"""The records of the domain, one noun a file."""

from .answered_call import AnsweredCall
from .claim import Claim
from .entry import Entry
from .grant import Grant
from .job import Job, QueueCheck
from .light_rule import LightRule
from .milestone import Milestone
from .note import Note
from .places import Enterprise, Prefecture
from .plan import Plan
from .plausibility_rule import Overruling, PlausibilityRule, PlausibilityTally
from .problem import Problem
from .programme import Programme, Target
from .project import Project
from .proposal import Proposal, ProposalEvent
from .rating import Rating
from .reminder import ReminderSent
from .report import MonthlyReport, ReportEvent
from .report_draft import ReportDraft, SheetPreference
from .revision import Revision, Seal
from .round import Round
from .source import Source
from .state_number import StateNumber
from .webhook import Webhook, WebhookDelivery
from .workbook_import import Import, ImportedCell, ImportedFile, RememberedMapping
