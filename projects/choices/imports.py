"""Choices of imports: what a workbook holds, where an import stands, what came of a cell."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class WorkbookKind(TextChoices):
    """What the rows of a workbook are."""

    REGISTER = "register", pgettext_lazy("workbook", "projects and their places on the list")
    REPORTS = "reports", pgettext_lazy("workbook", "monthly reports")
    TARGETS = "targets", pgettext_lazy("workbook", "targets of the year")
    ROUNDS = "rounds", pgettext_lazy("workbook", "rounds of the year")


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
