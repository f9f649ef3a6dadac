"""Tags of operations: named by the first part of their address in either language, and said in the reader's."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

ROOT = "root"
_TAGS = {
    ROOT: _("Where to begin"),
    "chain-links": _("Links of the industry chains"),
    "changes": _("What was changed, in order, to follow it"),
    "claims": _("Published statements about single figures"),
    "comparison": _("Two days side by side"),
    "directions": _("Directions of the announcement"),
    "enterprises": _("Who builds the projects"),
    "entries": _("Places of projects on the lists of the years"),
    "explain": _("What a number is made of"),
    "figures": _("Definitions of the figures"),
    "imports": _("Workbooks that are sent, previewed and written"),
    "light-rules": _("How lights are computed"),
    "milestones": _("Steps of the projects, planned and reached"),
    "notes": _("Remarks on figures, projects and reports"),
    "plans": _("What is planned, month by month"),
    "plausibility-rules": _("What is doubted before it is written"),
    "prefectures": _("Where projects are"),
    "problems": _("What holds projects up"),
    "programmes": _("The announced lists of the years"),
    "projects": _("The projects themselves"),
    "proposals": _("Changes that wait for the province"),
    "ratings": _("Reviewers' ratings beside the computed lights"),
    "reports": _("Monthly reports"),
    "rounds": _("Months that are reported, and by when"),
    "sectors": _("Industries"),
    "targets": _("Announced numbers of the years"),
    "tasks": _("What waits for the reader"),
    "totals": _("Sums of the register, and how much they cover"),
}


def described(names: Iterable[str]) -> list[dict[str, str]]:
    """Each of these once, in their order."""
    return [{"name": name, "description": str(_TAGS[name])} for name in dict.fromkeys(names)]
