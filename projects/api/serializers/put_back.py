"""Records that are put back as they were read: what a PUT says as the record shows it is what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from projects.api.references import Reference

from .base import BodySerializer


def as_written(data: Any, change: BodySerializer, shown: Callable[[], Mapping[str, Any]]) -> Any:
    """The body that replaces a record, in the form in which members are written.

    A member that is only shown is taken out, and a record that is shown in short form is named by its key: where both are
    exactly as `shown` has them. So is the source of a figure taken out, which is no field of the record: of a figure that is
    changed it would say what nobody has read there. Whatever differs stays, to be refused by its name. `shown` is asked only
    if there is such a member.
    """
    if not isinstance(data, Mapping):
        return data
    fields = change.fields
    in_question = [name for name, value in data.items() if name not in fields or isinstance(value, Mapping)]
    if not in_question:
        return data
    record, stored = shown(), change.instance
    as_read = {name for name in in_question if name in record and data[name] == record[name]}
    written = {}
    for name, value in data.items():
        if name not in as_read:
            written[name] = value
        elif isinstance(field := fields.get(name), Reference) and (named := getattr(stored, name, None)) is not None:
            written[name] = field.to_representation(named)
    return written
