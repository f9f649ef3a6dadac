"""Effects of each choice of a conflict on the totals: said beside the choice, before anything is saved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from projects import money
from projects.admin.display import AMOUNT_UNIT
from projects.history.merging import ConflictRow, Side
from projects.models import Entry, Programme, Project
from projects.totals.scope import Scope
from projects.totals.totals import FigureValue, breakdowns
from projects.workflows.proposals.effects import with_amount
from sectors.models import in_language

from .forms import FormMerge

_FIGURES: dict[type[Model], tuple[str, ...]] = {
    Project: ("total_investment", "expected_revenue"),
    Entry: ("planned_disbursement",),
}


def say_effects(merge: FormMerge, record: Model, *, user: Any) -> None:
    """Give each line about a headline figure of `record`, as it is stored now, the total that each side would lead to."""
    lines = [line for line in merge.lines if line.key in _FIGURES.get(type(record), ())]
    if not lines:
        return
    totals = {
        programme.year: breakdowns(Scope(user=user, programme=programme), None, compared=False)[None].total_row.figures
        for programme in _lists_of(record, user)
    }
    for line in lines:
        present = {year: figures[line.key] for year, figures in totals.items()}
        line.effects = {side: text for side in line.options if (text := _effect(merge, record, line, side, present))}


def _lists_of(record: Model, user: Any) -> list[Programme]:
    """The programmes whose totals it is in, the newest first."""
    listed = Entry.objects.filter(project=record) if isinstance(record, Project) else Entry.objects.filter(pk=record.pk)
    visible = Programme.objects.visible_to(user)
    return list(visible.filter(pk__in=listed.order_by().values("programme")).order_by("-year"))


def _effect(merge: FormMerge, record: Model, line: ConflictRow, side: Side, present: dict[int, FigureValue]) -> str:
    try:
        amount = merge.value_of(line.key, side)
    except ValidationError:
        return ""
    said = []
    for year, now in present.items():
        then = with_amount(now, getattr(record, line.key), amount)
        said.append(_("%(year)s list then totals %(amount)s") % {"year": year, "amount": _written(then)})
    return in_language("；", "; ").join(said)


def _written(figure: FigureValue) -> str:
    if figure.value is None:
        return "—"
    unit = money.unit_of_readers()
    to_the_last_wan = money.decimals_of(unit // money.WAN)
    return f"{money.format_rounded(figure.value, unit, to_the_last_wan)} {AMOUNT_UNIT}"
