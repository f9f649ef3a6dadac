"""Name of what a part is compared with: the programme's list, or as much of it as the reader may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from projects.choices import Measure
from projects.totals.scope import Scope
from projects.totals.totals import Row


@dataclass(frozen=True)
class Whole:
    """The whole by its name in a sentence, and the texts around the part that depend on it."""

    name: str
    head: str
    share_title: str
    share_note: str
    rates_title: str
    rates_caption: str
    compares: bool  # False: the part is all that the reader sees, so that there is nothing to hold it against


def whole_of(scope: Scope, part: Row, whole: Row, *, by: str) -> Whole:
    """The whole that a part `by` a dimension is shown beside: what conditions or permission narrow is never called the
    whole list.
    """
    narrowed = any(name not in (by, "ordering") for name, _value in scope.filters)
    if scope.access.reads_all and not narrowed:
        note = _("Targets are announced for the whole list only, so parts are compared with its sums")
        return _beside(_("the whole list"), note, head=_("Whole list"))
    if part.figures[Measure.PROJECT_COUNT].value == whole.figures[Measure.PROJECT_COUNT].value:
        return _alone()
    if narrowed:
        note = _(
            "Targets are announced for the whole list only, so parts are compared with the sums of what is selected"
        )
        return _beside(_("what is selected"), note, head=_("What is selected"))
    note = _("Targets are announced for the whole list only, so parts are compared with the sums of what you may see")
    return _beside(_("what you may see"), note, head=_("What you may see"))


def _beside(name: str, note: str, *, head: str) -> Whole:
    values = {"whole": name}
    return Whole(
        name=name,
        head=head,
        share_title=_("Its share of %(whole)s") % values,
        share_note=note,
        rates_title=_("Compared with %(whole)s") % values,
        rates_caption=_("Compared with %(whole)s; plans are those of the projects' own entries") % values,
        compares=True,
    )


def _alone() -> Whole:
    return Whole(
        name="",
        head="",
        share_title=_("Its figures"),
        share_note=_("Targets are announced for the whole list only, so none stands beside these sums"),
        rates_title=_("Its rates"),
        rates_caption=_("Plans are those of the projects' own entries"),
        compares=False,
    )
