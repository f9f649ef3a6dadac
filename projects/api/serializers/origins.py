"""Origins of figures in bodies: their source, or who reported them; and why they were changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from projects.api.fields import Text
from projects.models.attribution import NO_FIGURE, Attributed, reporter_of
from projects.text import LONGEST_REASON
from projects.versioning.revisions import explain

from .by_model import ChangeSerializer


def origins_of(model: type[Attributed]) -> str:
    """The members that say what each figure of a record rests on."""
    return " ".join(f"{figure}_source {reporter_of(figure)}" for figure in model.attributed)


class OriginsChange(ChangeSerializer):
    """A change of a record whose figures rest on something: on a source, or on who reported them."""

    reason = Text(
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("Why; kept with the revision. Needed where a figure is taken away."),
    )

    def apply_to(self, record: Any) -> None:
        given = self.validated_data
        explain(given.get("reason", ""))
        named = {f"{figure}_source": figure for figure in record.attributed}
        for name, value in given.items():
            if name != "reason" and name not in named:
                setattr(record, name, value)
        self._refuse_without_figure(record, {name: figure for name, figure in named.items() if name in given})
        for name, figure in named.items():
            if name in given:
                record.name_source(figure, given[name])

    @staticmethod
    def _refuse_without_figure(record: Any, named: Mapping[str, str]) -> None:
        """The record says it at the figure, which nobody has sent: here it stands at the member that was."""
        if errors := {name: [NO_FIGURE] for name, figure in named.items() if record.figure(figure) is None}:
            raise ValidationError(errors)
