"""Origins of figures in bodies: their source, or who reported them; and why they were changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from projects.api.fields import Text
from projects.history.revisions import explain
from projects.models.attribution import NEEDS_ORIGIN, NO_FIGURE, Attributed, reporter_of
from projects.models.base import get_fields_to_propose
from projects.text import LONGEST_REASON

from .by_model import ChangeSerializer


def source_of(figure: str) -> str:
    """The member that names the source of a figure."""
    return f"{figure}_source"


def origins_of(model: type[Attributed]) -> str:
    """The members that say what each figure of a record rests on."""
    return " ".join(f"{source_of(figure)} {reporter_of(figure)}" for figure in model.attributed)


class OriginsChange(ChangeSerializer):
    """A change of a record whose figures rest on something: on a source, or on who reported them.

    What is sent as it is stored is left out: whoever puts a record back says nothing of figures that stay as they are.
    """

    reason = Text(
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Why; kept with the revision. Needed where a figure is taken away."),
    )

    def apply_to(self, record: Any) -> None:
        given = dict(self.validated_data)
        explain(given.pop("reason", ""))
        named = {
            name: (figure, given.pop(name))
            for figure in record.attributed
            for name in (source_of(figure), reporter_of(figure))
            if name in given
        }
        for name, value in given.items():
            setattr(record, name, value)
        said = self._said(record, named)
        sources = {name: figure for name, (figure, _value) in said.items() if name == source_of(figure)}
        for name, (_figure, value) in said.items():
            if name not in sources:
                setattr(record, name, value)
        self._refuse_without_figure(record, sources)
        for name, figure in sources.items():
            record.name_source(figure, said[name][1])

    def _said(self, record: Any, named: Mapping[str, tuple[str, Any]]) -> dict[str, tuple[str, Any]]:
        """What says of a figure, as it is set now, what it rests on; raises where it cannot be blank.

        Where a figure may only be proposed, that is said of the figure when the record is saved, and no origin is asked for.
        """
        changed = record.changed_figures()
        said = {
            name: (figure, value)
            for name, (figure, value) in named.items()
            if figure in changed or value != self._stored(record, figure, name)
        }
        has_origin = {figure for figure, value in said.values() if value}
        blanks = {name: figure for name, (figure, value) in said.items() if not value}
        refused = {
            name: [NEEDS_ORIGIN]
            for name, figure in blanks.items()
            if figure not in has_origin and record.figure(figure) is not None
            if not (record.has_new_source() and not self._stored(record, figure, name))
        }
        if refused and (of_the_gate := set(get_fields_to_propose(record, self.context["request"].user))):
            refused = {name: why for name, why in refused.items() if blanks[name] not in of_the_gate}
        if refused:
            raise ValidationError(refused)
        return {name: each for name, each in said.items() if name not in blanks}

    @staticmethod
    def _stored(record: Any, figure: str, name: str) -> Any:
        """The origin of a figure as records show it; no body has set it yet."""
        return getattr(record, name) if name == reporter_of(figure) else record.source_of(figure)

    @staticmethod
    def _refuse_without_figure(record: Any, named: Mapping[str, str]) -> None:
        """The record says it at the figure, which nobody has sent: here it stands at the member that was."""
        if errors := {name: [NO_FIGURE] for name, figure in named.items() if record.figure(figure) is None}:
            raise ValidationError(errors)
