"""Bulk writes: many records in one revision, or none; what is wrong is told by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.errors import WHOLE_RECORD
from projects.api.parsing import body_of
from projects.api.permissions import require_role
from projects.api.record_errors import Faults, require_as_read, require_object
from projects.api.serializers.bulk import ManyChange, naming
from projects.history.revisions import writing

from .base import RecordViewSet

RECORDS = "records"
_ALL_OR_NONE = gettext_lazy(
    "All of them are written, in one revision, or none: `errors` then says by place, as in `records.3.name_en`, what is "
    "wrong."
)


class ManyRecordsMixin(RecordViewSet):
    """`many/` of a list: POST adds, PATCH changes. A part is written by what writes a single record."""

    add_one: Callable[[Any], Model]
    change_one: Callable[[Model, Any], Model]

    @extend_schema(summary=gettext_lazy("Add many records"), description=_ALL_OR_NONE)
    @action(detail=False, methods=["post"], url_path="many")
    def add_many(self, request: Request) -> Response:
        parts, faults, written = self._parts(), Faults(RECORDS), []
        with writing():
            for place, part in enumerate(parts):
                with faults.at(place):
                    written.append(self.add_one(require_object(part)))
            faults.refuse()
        return self._answered(written, status=201)

    @extend_schema(summary=gettext_lazy("Change many records"), description=_ALL_OR_NONE)
    @add_many.mapping.patch
    def change_many(self, request: Request) -> Response:
        require_role(request.user, "change", self.model)
        parts, faults, written = self._parts(), Faults(RECORDS), []
        named = {}
        for place, part in enumerate(parts):
            with faults.at(place):
                named[place] = self._named(require_object(part))
        with writing():
            records = self._records([key for key, _version, _rest in named.values()])
            for place, (key, version, rest) in named.items():
                with faults.at(place):
                    written.append(self.change_one(_taken(records, key, version), rest))
            faults.refuse()
        return self._answered(written, status=200)

    def _parts(self) -> Sequence[Any]:
        said = ManyChange(data=body_of(self.request))
        said.is_valid(raise_exception=True)
        return said.validated_data[RECORDS]

    def _named(self, part: Mapping[str, Any]) -> tuple[Any, str, dict[str, Any]]:
        """Key, version and changes of one part."""
        known = naming(self.lookup_field)
        [name] = known().fields.keys() - {"version"}
        said = known(data={each: part[each] for each in known().fields if each in part})
        said.is_valid(raise_exception=True)
        rest = {each: value for each, value in part.items() if each not in said.fields}
        return self.as_key(said.validated_data[name]), said.validated_data["version"], rest

    def _records(self, keys: Sequence[Any]) -> dict[Any, Model | None]:
        """The records under the lock, by key; None for those that there are not, or not for this user."""
        rows = self.get_queryset().filter(**{f"{self.lookup_field}__in": keys})
        return dict.fromkeys(keys) | {getattr(row, self.lookup_field): row for row in rows}

    def _answered(self, written: Sequence[Model], *, status: int) -> Response:
        stored = {row.pk: row for row in self.get_queryset().filter(pk__in=[record.pk for record in written])}
        return Response({RECORDS: self.shown([stored[record.pk] for record in written])}, status=status)


def _taken(records: dict[Any, Model | None], key: Any, version: str) -> Model:
    """The record of this key, which must be the version that was read. It cannot be taken twice."""
    if key not in records:
        raise ValidationError({WHOLE_RECORD: _("“%(key)s” is given twice.") % {"key": key}})
    return require_as_read(records.pop(key), key, version)
