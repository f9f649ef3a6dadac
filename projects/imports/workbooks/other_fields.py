"""Fields of a model that no list of columns names: each is read by its class, so that a new field has a column at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from django.db import models

from projects.models.attribution import ReporterField
from projects.models.base import own_fields
from projects.models.fields import AmountField
from projects.periods import partial_dates

from . import values
from .values import Reader

_READERS: Mapping[type[models.Field], Reader] = {
    AmountField: values.amount,
    models.IntegerField: values.whole_number,
    models.DateField: values.day,
    models.CharField: values.line,
    models.TextField: values.text,
}


def others_of(model: type[models.Model], named: Collection[str]) -> Iterator[tuple[models.Field, Reader]]:
    """Fields beside those that are named, with their readers; without relations, and who reported what."""
    for each in own_fields(model):
        if each.editable and not each.is_relation and each.name not in named and not isinstance(each, ReporterField):
            yield each, _reader_of(each, model)


def _reader_of(field: models.Field, model: type[models.Model]) -> Reader:
    if field.name in partial_dates(model):
        return values.partial_date
    reader = next((_READERS[each] for each in type(field).__mro__ if each in _READERS), None)
    if reader is None or field.choices:
        raise TypeError(
            f"projects/imports/workbooks/fields.py: {field} needs a WorkbookField of its own, with its reader"
        )
    return reader


def heads_of(model: type[models.Model], name: str, label: str) -> Iterator[str]:
    """What our own files have above a field: its two names, and both with its unit."""
    unit = getattr(model, "units", {}).get(name, "")
    for each in (name, label):
        yield from (each, f"{each} ({unit})") if unit else (each,)
