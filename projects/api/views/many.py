"""Many records in one call: all of them are written in one revision, or none; what is wrong is told by place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError as ModelRefusal
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.errors import WHOLE_RECORD, StaleParts, by_field
from projects.api.parsing import body_of
from projects.api.permissions import require_role
from projects.api.serializers.many import ManyChange, naming
from projects.revisions import writing
from projects.versions import digest_of

from .base import RecordViewSet

RECORDS = "records"
_ALL_OR_NONE = gettext_lazy(
    "All of them are written, in one revision, or none: `errors` then says by place, as in `records.3.name_en`, what is "
    "wrong."
)
Part, Made = TypeVar("Part"), TypeVar("Made")


class ManyRecordsMixin(RecordViewSet):
    """`many/` of a list: POST adds, PATCH changes. A part is written by what writes a single record."""

    versioned_together: Sequence[str] = ("change_many",)  # in the body

    add_one: Callable[[Any], Model]
    change_one: Callable[[Model, Any], Model]

    @extend_schema(summary=gettext_lazy("Add many records"), description=_ALL_OR_NONE)
    @action(detail=False, methods=["post"], url_path="many")
    def add_many(self, request: Request) -> Response:
        parts = self._parts()
        with writing():
            written = _each(parts, self.add_one)
        return self._answered(written, status=201)

    @extend_schema(summary=gettext_lazy("Change many records"), description=_ALL_OR_NONE)
    @add_many.mapping.patch
    def change_many(self, request: Request) -> Response:
        require_role(request.user, "change", self.model)
        parts = self._parts()
        named = _each(parts, self._named)
        with writing():
            records = self._found(named)
            _refuse_stale(records, [version for _key, version, _rest in named])
            changes = [(record, rest) for record, (_key, _version, rest) in zip(records, named, strict=True)]
            written = _each(changes, lambda pair: self.change_one(*pair))
        return self._answered(written, status=200)

    def _parts(self) -> Sequence[Any]:
        said = ManyChange(data=body_of(self.request))
        said.is_valid(raise_exception=True)
        return said.validated_data[RECORDS]

    def _named(self, part: Any) -> tuple[Any, str, dict[str, Any]]:
        """Key, version and changes of one part."""
        name = "code" if self.lookup_field == "code" else "id"
        known = naming(name)
        if not isinstance(part, Mapping):
            raise ValidationError({WHOLE_RECORD: _("A record is an object with its fields.")})
        said = known(data={each: part[each] for each in known().fields if each in part})
        said.is_valid(raise_exception=True)
        rest = {each: value for each, value in part.items() if each not in said.fields}
        return self.as_key(said.validated_data[name]), said.validated_data["version"], rest

    def _found(self, named: Sequence[tuple[Any, str, Any]]) -> list[Model]:
        """The records under the lock. Raises for those that there are not, or not for this user, and for doubles."""
        keys = [key for key, _version, _rest in named]
        rows = self.get_queryset().filter(**{f"{self.lookup_field}__in": keys})
        by_key = {getattr(row, self.lookup_field): row for row in rows}

        def found(place_and_key: tuple[int, Any]) -> Model:
            place, key = place_and_key
            if key in keys[:place]:
                raise ValidationError({WHOLE_RECORD: _("“%(key)s” is given twice.") % {"key": key}})
            if key not in by_key:
                raise ValidationError({WHOLE_RECORD: _("There is no “%(key)s”.") % {"key": key}})
            return by_key[key]

        return _each(list(enumerate(keys)), found)

    def _answered(self, written: Sequence[Model], *, status: int) -> Response:
        stored = {row.pk: row for row in self.get_queryset().filter(pk__in=[record.pk for record in written])}
        return Response({RECORDS: self.shown([stored[record.pk] for record in written])}, status=status)


def _refuse_stale(records: Sequence[Model], versions: Sequence[str]) -> None:
    pairs = enumerate(zip(records, versions, strict=True))
    stale = [place for place, (record, version) in pairs if digest_of(record) != version]
    if stale:
        raise StaleParts({RECORDS: {str(place): {WHOLE_RECORD: [StaleParts.words]} for place in stale}})


def _each(parts: Sequence[Part], make: Callable[[Part], Made]) -> list[Made]:
    """What is made of each part. Raises one error for all parts that are refused, by their places.

    What is no matter of a part's fields, such as permission, is told of the first part that meets it.
    """
    made: list[Made] = []
    errors: dict[str, Any] = {}
    for place, part in enumerate(parts):
        try:
            made.append(make(part))
        except (ValidationError, ModelRefusal) as error:
            errors[str(place)] = by_field(error)
        except APIException as error:
            error.detail = f"{RECORDS}.{place}: {error.detail}"
            raise
    if errors:
        raise ValidationError({RECORDS: errors})
    return made
