"""Dimensions: the ways to break a total down. Rows of one never overlap and always add up to the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from projects.choices import Basis, ListStatus, ProjectKind, Transferred

UNKNOWN, NO_DIRECTION = pgettext_lazy("row", "not known"), pgettext_lazy("direction", "none of the three")
NO_PROVINCE = pgettext_lazy("province", "none named")
NONE = "none"  # key of the row of records without a value, and its value in filters


@dataclass(frozen=True)
class Dimension:
    """How to group: columns of a project (key first), and how a group is called.

    `parameter` is the filter that selects the records of one key; `names(group)` gives the Chinese and English name. Where
    they are columns of reference data, `relation` leads there.
    """

    parameter: str
    label: Any
    columns: tuple[str, ...]
    names: Callable[[Mapping[str, Any]], tuple[str, str]]
    order: Callable[[Mapping[str, Any]], Any]
    relation: str = ""
    annotation: Any = None  # what the only column is, where a project has none of that name


def _both_languages(label: Any) -> tuple[str, str]:
    with override("zh-hans"):
        chinese = str(label)
    with override("en"):
        return chinese, str(label)


def _reference(
    parameter: str, label: Any, key: str, order: tuple[str, ...], relation: str, *, none: Any = UNKNOWN
) -> Dimension:
    """By records of reference data; `none` is what the row of the projects without one is called."""
    columns = (f"{relation}__{key}", f"{relation}__name_zh", f"{relation}__name_en", *order)

    def names(group: Mapping[str, Any]) -> tuple[str, str]:
        if group[columns[0]] is None:
            return _both_languages(none)
        return group[columns[1]], group[columns[2]] or group[columns[1]]

    def rank(group: Mapping[str, Any]) -> Any:
        return (group[columns[0]] is None, *(group[name] or 0 for name in order), group[columns[0]] or "")

    return Dimension(parameter, label, columns, names, rank, relation)


def _choice(
    parameter: str, label: Any, choices: list[tuple[str, Any]], column: str = "", annotation: Any = None
) -> Dimension:
    column, labels = column or parameter, dict(choices)
    position = {value: index for index, value in enumerate(labels)}
    return Dimension(
        parameter,
        label,
        (column,),
        lambda group: _both_languages(labels[group[column]]),
        lambda group: position[group[column]],
        annotation=annotation,
    )


# of the entry that `sums` joins to a project
_STATUS = Coalesce(F("entry__status"), Value(ListStatus.UNKNOWN.value), output_field=CharField())


DIMENSIONS: dict[str, Dimension] = {
    dimension.parameter: dimension
    for dimension in (
        _reference(
            "direction",
            _("direction"),
            "code",
            ("sector__direction__order",),
            "sector__direction",
            none=NO_DIRECTION,
        ),
        _reference("sector", _("sector"), "code", ("sector__order",), "sector"),
        _reference(
            "chain_link", _("chain link"), "code", ("chain_link__sector__order", "chain_link__order"), "chain_link"
        ),
        _reference("prefecture", _("prefecture"), "adcode", (), "prefecture"),
        _choice("basis", _("basis"), Basis.choices),
        _choice("transferred", _("transferred"), Transferred.choices),
        _choice("kind", _("kind"), ProjectKind.choices),
        _choice("status", _("new or continuing"), ListStatus.choices, "list_status", _STATUS),
    )
}
MONTH = "month"  # the ninth way: only for figures made of monthly reports
EACH = "project"  # the finest way: a row for each record, from which a figure's sum can be checked


_EACH = Dimension(
    "code",
    _("project"),
    ("code", "name_zh", "name_en"),
    lambda group: (group["name_zh"], group["name_en"] or group["name_zh"]),
    lambda group: group["code"],
)


def dimension_of(name: str) -> Dimension:
    """The dimension that a breakdown is called by."""
    return _EACH if name == EACH else DIMENSIONS[name]
