"""Errors of records in a bulk call, by their places in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ValidationError as ModelRefusal
from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError

from projects.history.digests import digest_of
from projects.plausibility.checks import get_doubts

from .errors import WHOLE_RECORD, by_field, rules_in
from .exceptions import NeedsConfirmation, Overtaken, StaleParts

Written = TypeVar("Written", bound=Model)
_OF_ITS_OWN_STATUS = (Overtaken, StaleParts)


class Faults:
    """Faults of the records in the member `name` of a body: all of them are found before any is said.

    What is no matter of a record's fields, such as permission, is said of the first record that meets it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.by_place: dict[int, Any] = {}
        self.kinds: set[type[ValidationError]] = set()
        self.rules: list[dict[str, str]] = []

    @contextmanager
    def at(self, place: int) -> Iterator[None]:
        """Goes on after the block, whether its record is refused or not."""
        try:
            yield
        except (ValidationError, ModelRefusal) as error:
            self.by_place[place] = by_field(error)
            self.rules += self._rules(error, f"{self.name}.{place}")
            doubted = isinstance(error, NeedsConfirmation) or get_doubts(error)
            own = NeedsConfirmation if doubted else type(error) if isinstance(error, _OF_ITS_OWN_STATUS) else None
            self.kinds.add(own or ValidationError)
        except APIException as error:
            error.place = f"{self.name}.{place}"  # type: ignore[attr-defined]  `errors.body` says it
            raise

    def refuse(self) -> None:
        """Raise what was found, if anything was: with the status of all of it where that is the same, else as 400."""
        if self.by_place:
            kind = next(iter(self.kinds)) if len(self.kinds) == 1 else ValidationError
            detail = {self.name: {str(place): self.by_place[place] for place in sorted(self.by_place)}}
            raise NeedsConfirmation(detail, self.rules) if kind is NeedsConfirmation else kind(detail)

    @staticmethod
    def _rules(error: Exception, place: str) -> list[dict[str, str]]:
        if isinstance(error, NeedsConfirmation):
            return [rule | {"field": f"{place}.{rule['field']}"} for rule in error.rules]
        return rules_in(get_doubts(error), place)


def require_object(part: Any) -> Mapping[str, Any]:
    """A record as it came. Raises `ValidationError` for what is none."""
    if not isinstance(part, Mapping):
        raise ValidationError({WHOLE_RECORD: _("A record is an object with its fields.")})
    return part


def require_as_read(record: Written | None, key: Any, version: str) -> Written:
    """The record that a call names, which must be the version that was read. Raises `ValidationError` or `StaleParts`."""
    if record is None:
        raise ValidationError({WHOLE_RECORD: [_("There is no “%(key)s”.") % {"key": key}]})
    if digest_of(record) != version:
        raise StaleParts({WHOLE_RECORD: [StaleParts.words]})
    return record
