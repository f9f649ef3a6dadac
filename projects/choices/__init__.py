"""Choices: the closed lists of the domain. Stored values are stable; labels are translated."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .measures import (
    ClaimFigure,
    Measure,
    Relation,
    TargetKind,
    Unit,
    Verdict,
    Withheld,
)
from .plausibility import Importance, LimitUnit, PlausibilityKind


class Role(TextChoices):
    """What a grant lets a user do; the rules are in `access.py`."""

    PROVINCE = "province", _("province")
    PREFECTURE_WRITER = "prefecture-writer", _("prefecture writer")
    PREFECTURE_READER = "prefecture-reader", _("prefecture reader")
    ANALYST = "analyst", _("analyst")
    ADMINISTRATOR = "administrator", _("administrator")


class Basis(TextChoices):
    """Where a record comes from. The real and the illustrative are never mixed without saying so."""

    PUBLISHED = "published", _("published")
    REPORTED = "reported", _("reported")
    ILLUSTRATIVE = "illustrative", _("illustrative")


class ProjectKind(TextChoices):
    PLANT = "plant", _("plant")
    PARK = "park", _("park")


class Transferred(TextChoices):
    """Whether a project came from another province. Not known is an answer of its own, never 'no'."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known")


class Precision(TextChoices):
    """How exactly a date was published."""

    YEAR = "year", _("year")
    QUARTER = "quarter", _("quarter")
    MONTH = "month", _("month")
    DAY = "day", _("day")


class ListStatus(TextChoices):
    """Whether an entry was already under construction when the year began."""

    NEW = "new", _("new")
    CONTINUING = "continuing", _("continuing")
    UNKNOWN = "unknown", _("not known")


class Listed(TextChoices):
    """Where an entry stands in the course of its list's year; the rules are `models.entry.part_of_list`."""

    NOW = "now", pgettext_lazy("entries", "on the list")
    START = "start", pgettext_lazy("entries", "on the list at the start of the year")
    JOINED = "joined", pgettext_lazy("entries", "joined since")
    LEFT = "left", pgettext_lazy("entries", "left the list")
    LATER = "later", pgettext_lazy("entries", "join later")


class ReportState(TextChoices):
    """Only approved reports feed totals."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")


ARRIVED = (ReportState.SUBMITTED, ReportState.APPROVED)  # handed in, whether counted yet or not


class SheetUnit(TextChoices):
    """In which of the two units of a language a person reads and types the amounts of a sheet."""

    SMALL = "small", pgettext_lazy("unit", "smaller")  # 万元, million CNY
    LARGE = "large", pgettext_lazy("unit", "larger")  # 亿元, billion CNY


class ReportAction(TextChoices):
    """What people do with a report; which state each leads to is in `workflows/reporting.py`."""

    SUBMIT = "submit", _("submitted")
    WITHDRAW = "withdraw", _("withdrawn")
    RETURN = "return", _("returned")
    APPROVE = "approve", _("approved")
    REOPEN = "reopen", _("opened again")
    RETRACT = "retract", _("decision taken back")


class ProposalState(TextChoices):
    """How far a prefecture's proposed change has come; only an accepted one is in the register."""

    SUBMITTED = "submitted", pgettext_lazy("proposal", "waits for the province")
    RETURNED = "returned", pgettext_lazy("proposal", "returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")
    REFUSED = "refused", pgettext_lazy("proposal", "refused")


class ProposalAction(TextChoices):
    """What people do with a proposal; which state each leads to is in `workflows/proposals/transitions.py`."""

    SUBMIT = "submit", pgettext_lazy("proposal step", "proposed")
    COMMENT = "comment", pgettext_lazy("proposal step", "commented")
    RETURN = "return", pgettext_lazy("proposal step", "returned")
    RESUBMIT = "resubmit", pgettext_lazy("proposal step", "proposed again")
    WITHDRAW = "withdraw", pgettext_lazy("proposal step", "withdrawn")
    ACCEPT = "accept", pgettext_lazy("proposal step", "accepted")
    REFUSE = "refuse", pgettext_lazy("proposal step", "refused")
    NOTE = "note", pgettext_lazy("proposal step", "read")


class Stage(TextChoices):
    """How far a project has come, in the order in which it goes (形象进度)."""

    PREPARATION = "preparation", _("preparation")
    STARTED = "started", _("started")
    STRUCTURE = "structure", _("main structure")
    EQUIPMENT = "equipment", _("equipment")
    TRIAL = "trial", _("trial production")
    PRODUCTION = "production", _("in production")


class RoundState(TextChoices):
    """Where a round stands on the day that counts as today for its programme."""

    PLANNED = "planned", pgettext_lazy("round", "not open yet")
    OPEN = "open", pgettext_lazy("round", "open")
    LATE = "late", pgettext_lazy("round", "overdue")
    CLOSED = "closed", pgettext_lazy("round", "closed")


class PlanKind(TextChoices):
    """Who set an entry's plan for the year, and in which role."""

    ANNOUNCED = "announced", pgettext_lazy("plan", "announced plan")
    REVISED = "revised", pgettext_lazy("plan", "revised plan")
    MONITORED = "monitored", pgettext_lazy("plan", "monitored plan")


class Light(TextChoices):
    """A rating, by a rule or by a reviewer. Always shown as a shape and a word."""

    GREEN = "green", pgettext_lazy("light", "green")
    YELLOW = "yellow", pgettext_lazy("light", "yellow")
    RED = "red", pgettext_lazy("light", "red")


LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN)  # the most serious first; databases know them by their place here


class LightMethod(TextChoices):
    """How a rule holds progress against the even pace (序时进度)."""

    POINTS = "points", _("percentage points behind the pro-rata plan")
    SHARE = "share", _("share of the pro-rata plan")


class ProblemKind(TextChoices):
    APPROVAL = "approval", _("approval")
    ENVIRONMENT = "environment", _("environment")
    LAND = "land", _("land")
    POWER_WATER = "power-water", _("power and water")
    FINANCE = "finance", _("finance")
    LABOUR = "labour", _("labour")
    MARKET = "market", _("market")
    OTHER = "other", _("other")


class ProblemState(TextChoices):
    """How far the solution of a problem has come."""

    OPEN = "open", pgettext_lazy("problem", "open")
    HANDED_OVER = "handed-over", _("handed over")
    IN_HAND = "in-hand", _("in hand")
    SOLVED = "solved", _("solved")
    NOT_SOON = "not-soon", _("no early solution")


class ReminderKind(TextChoices):
    """What an e-mail to officers is about."""

    BEFORE = "before", pgettext_lazy("reminder", "before the due date")
    AFTER = "after", pgettext_lazy("reminder", "after the due date")
    DIGEST = "digest", pgettext_lazy("reminder", "digest of the day")
    ANSWER = "answer", pgettext_lazy("reminder", "answer to a proposal")
    RETURN = "return", pgettext_lazy("reminder", "reports returned")


class OriginKind(TextChoices):
    """What a figure of a record rests on."""

    CLAIM = "claim", pgettext_lazy("origin", "published claim")
    SOURCE = "source", pgettext_lazy("origin", "source of the record")
    REPORTED = "reported", pgettext_lazy("origin", "reported")
    ILLUSTRATIVE = "illustrative", pgettext_lazy("origin", "illustrative")


class Difference(TextChoices):
    """What became of a record between two states of knowledge."""

    ADDED = "added", pgettext_lazy("difference", "added")
    REMOVED = "removed", pgettext_lazy("difference", "removed")
    CHANGED = "changed", pgettext_lazy("difference", "changed")


class Channel(TextChoices):
    """By which interface a change came in."""

    PAGE = "page", pgettext_lazy("door", "page")
    ADMIN = "admin", pgettext_lazy("door", "administration")
    API = "api", pgettext_lazy("door", "another system")
    COMMAND = "command", pgettext_lazy("door", "maintenance")
    CODE = "code", pgettext_lazy("door", "the system itself")


class DeliveryState(TextChoices):
    """Where a message to a webhook stands."""

    PENDING = "pending", pgettext_lazy("delivery", "waiting")
    DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
    GIVEN_UP = "given_up", pgettext_lazy("delivery", "given up")
    SKIPPED = "skipped", pgettext_lazy("delivery", "skipped")


class JobState(TextChoices):
    """Where a job stands."""

    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "running")
    DONE = "done", pgettext_lazy("job", "done")
    FAILED = "failed", pgettext_lazy("job", "failed")
    CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")


class JobLane(TextChoices):
    """Which worker thread does a job: what takes long delays no message."""

    WORK = "work", pgettext_lazy("job", "work")
    MESSAGES = "messages", pgettext_lazy("job", "e-mails and webhooks")


class PauseReason(TextChoices):
    """Why a webhook is told nothing."""

    PERSON = "person", _("Paused by hand.")
    ADMINISTRATOR = "admin", _("Paused by an administrator.")
    OWNER = "owner", _("The account of the owner is closed, or may not read anything any more.")
    GIVEN_UP = "given_up", _("It did not take a message for days.")


class ReportPart(TextChoices):
    """Outstanding are those not submitted, the returned ones among them."""

    OUTSTANDING = "outstanding", pgettext_lazy("part of the reports", "outstanding")
    NOT_SUBMITTED = "not-submitted", pgettext_lazy("part of the reports", "not submitted and not returned")
    RETURNED = "returned", pgettext_lazy("part of the reports", "returned")
    SUBMITTED = "submitted", pgettext_lazy("part of the reports", "waiting for review")
    APPROVED = "approved", pgettext_lazy("part of the reports", "approved")


class WorkbookKind(TextChoices):
    """What the rows of a workbook are."""

    REGISTER = "register", pgettext_lazy("workbook", "projects and their places on the list")
    REPORTS = "reports", pgettext_lazy("workbook", "monthly reports")


# what earlier versions imported: such imports are still listed, and can be undone
FORMER_WORKBOOK_KINDS = [
    ("targets", pgettext_lazy("workbook", "targets of the year")),
    ("rounds", pgettext_lazy("workbook", "rounds of the year")),
]


class ImportState(TextChoices):
    """Where an import stands. Nothing of it is in the register before it is done."""

    CHECKING = "checking", pgettext_lazy("import", "being checked")
    NEEDS_MAPPING = "needs_mapping", pgettext_lazy("import", "columns have to be confirmed")
    READY = "ready", pgettext_lazy("import", "ready to be confirmed")
    CONFIRMING = "confirming", pgettext_lazy("import", "being written")
    DONE = "done", pgettext_lazy("import", "written")
    UNDOING = "undoing", pgettext_lazy("import", "being undone")
    REFUSED = "refused", pgettext_lazy("import", "refused")
    UNDONE = "undone", pgettext_lazy("import", "undone")


class CellVerdict(TextChoices):
    """What would come of a cell or a row."""

    NEW = "new", pgettext_lazy("workbook", "new")
    CHANGED = "changed", pgettext_lazy("workbook", "changed")
    UNCHANGED = "unchanged", pgettext_lazy("workbook", "unchanged")
    REFUSED = "refused", pgettext_lazy("workbook", "refused")
    CONFLICT = "conflicts", pgettext_lazy("workbook", "in conflict")


class AskedAtCell(TextChoices):
    """What is asked at a cell."""

    PROJECT = "project", pgettext_lazy("workbook", "which project is meant")
    SECTOR = "sector", pgettext_lazy("workbook", "the sector of a new project")
    CONFLICT = "conflict", pgettext_lazy("workbook", "which value holds")


class TaskKind(TextChoices):
    """What waits. A bureau is told of its own projects, the province of all of them."""

    RETURNED_REPORTS = "returned-reports", pgettext_lazy("task", "reports returned")
    REPORTS_TO_REVIEW = "reports-to-review", pgettext_lazy("task", "reports waiting for review")
    OVERDUE_REPORTS = "overdue-reports", pgettext_lazy("task", "reports overdue")
    DUE_REPORTS = "due-reports", pgettext_lazy("task", "reports due")
    OVERDUE_MILESTONES = "overdue-milestones", pgettext_lazy("task", "milestones overdue")
    OVERDUE_PROBLEMS = "overdue-problems", pgettext_lazy("task", "problems overdue")
    OUTSTANDING_REPORTS = "outstanding-reports", pgettext_lazy("task", "reports outstanding")
    PROPOSALS_TO_DECIDE = "proposals-to-decide", pgettext_lazy("task", "proposals waiting for a decision")
    ANSWERED_PROPOSALS = "answered-proposals", pgettext_lazy("task", "proposals answered")
    MILESTONES_DUE_SOON = "milestones-due-soon", pgettext_lazy("task", "milestones due soon")
    PROBLEMS_DUE_SOON = "problems-due-soon", pgettext_lazy("task", "problems due soon")

    @property
    def is_for_reader(self) -> bool:
        """Whether it waits for the reader; otherwise the reader waits for others."""
        return self != TaskKind.OUTSTANDING_REPORTS


OF_A_BUREAU = (
    TaskKind.RETURNED_REPORTS,
    TaskKind.OVERDUE_REPORTS,
    TaskKind.DUE_REPORTS,
    TaskKind.OVERDUE_MILESTONES,
    TaskKind.OVERDUE_PROBLEMS,
    TaskKind.ANSWERED_PROPOSALS,
    TaskKind.MILESTONES_DUE_SOON,
    TaskKind.PROBLEMS_DUE_SOON,
)
OF_THE_PROVINCE = (
    TaskKind.REPORTS_TO_REVIEW,
    TaskKind.OVERDUE_MILESTONES,
    TaskKind.OVERDUE_PROBLEMS,
    TaskKind.OUTSTANDING_REPORTS,
    TaskKind.PROPOSALS_TO_DECIDE,
)
