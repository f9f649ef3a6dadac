"""What figures rest on, in what comes in: their source, or who reported them; and why they were changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from projects.api.fields import Text
from projects.api.references import SourceReference
from projects.versioning.revisions import explain

from .base import BodySerializer

LONGEST_REASON = 500  # characters


def figure_source() -> SourceReference:
    """The field that names the source of a figure."""
    return SourceReference(
        required=False,
        help_text=_("The source of this figure: an id, or address and date, which is registered if it is new."),
    )


def figure_reporter() -> Text:
    """The field that says who reported a figure."""
    return Text(
        required=False,
        max_length=200,
        help_text=_("Who reported this figure, in words. A changed figure needs this or its source."),
    )


class OriginsChange(BodySerializer):
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
                setattr(record, self.attributes.get(name, name), value)
        for name, figure in named.items():
            if name in given:
                record.name_source(figure, given[name])
