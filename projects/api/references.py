"""Fields that name another record by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError

from projects.models import Enterprise, Entry, MonthlyReport, Prefecture, Programme, Project, Source
from projects.models.fields import normalised_code
from projects.text import LARGEST_KEY
from projects.totals.filters import visible
from sectors.models import ChainLink, Direction, Sector

from .fields import UNSTORABLE, PartialDay, Text
from .parameters import unknown_value
from .serializers.base import BodySerializer


@dataclass(frozen=True)
class Key:
    """By which attribute records are named. `listed`: who names none that there is, is told those that there are."""

    path: str
    help_text: Any
    number: bool = False
    listed: bool = True


KEYS: Mapping[type[Model], Key] = {
    Direction: Key("code", gettext_lazy("The direction's code.")),
    Sector: Key("code", gettext_lazy("The sector's code.")),
    ChainLink: Key("code", gettext_lazy("The code of a chain link of this sector.")),
    Prefecture: Key("adcode", gettext_lazy("The prefecture's six digits, such as 430100.")),
    Programme: Key("year", gettext_lazy("Year of the programme."), number=True),
    Project: Key("code", gettext_lazy("The project's code."), listed=False),
    Enterprise: Key("pk", gettext_lazy("The enterprise's id."), number=True, listed=False),
    Entry: Key("pk", gettext_lazy("The entry's id."), number=True, listed=False),
    MonthlyReport: Key("pk", gettext_lazy("The report's id."), number=True, listed=False),
    Source: Key(
        "pk",
        gettext_lazy("An id, or address and date of a source, which is registered if it is new."),
        number=True,
        listed=False,
    ),
}


class Reference(serializers.Field):
    """A record named by its key, chosen from what the user may see.

    Another key than a visible record's is refused in the same words whether it exists or not.
    """

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        named = KEYS[model]
        self.model, self.key, self.number, self.listed = model, named.path, named.number, named.listed
        super().__init__(**{"help_text": named.help_text} | kwargs)

    def to_internal_value(self, data: Any) -> Model:
        self._require_key(data)
        found = self._candidates().filter(**{self.key: self.normal(data)}).first()
        if found is None:
            known = self._candidates().order_by(self.key).values_list(self.key, flat=True) if self.listed else []
            raise ValidationError(
                unknown_value(str(data), known)
                if self.listed
                else _("There is no “%(key)s”.") % {"key": str(data)[:80]}
            )
        return found

    def normal(self, key: Any) -> Any:
        return key

    def to_representation(self, value: Model) -> Any:
        return getattr(value, self.key)

    def _candidates(self) -> QuerySet:
        rows = visible(self.model._default_manager.all(), self.context["request"].user)
        # a row permission may join; the key alone decides here
        return self.model._default_manager.filter(pk__in=rows.order_by().values("pk"))

    def _require_key(self, data: Any) -> None:
        wanted: type = int if self.number else str
        if not isinstance(data, wanted) or isinstance(data, bool):
            raise ValidationError(_("Give a whole number.") if self.number else _("Give a text."))
        if isinstance(data, int) and not 0 <= data < LARGEST_KEY:
            raise ValidationError(_("There is no “%(key)s”.") % {"key": data})
        if isinstance(data, str) and UNSTORABLE.search(data):
            raise ValidationError(_("The text has a character that cannot be stored."))


class ProjectReference(Reference):
    """A project by its code, in any spelling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Project, **kwargs)

    def normal(self, key: Any) -> Any:
        return normalised_code(key)


class SourceNaming(BodySerializer):
    """A source by its address and date. The publisher's names are used when it is registered now."""

    url = Text(max_length=500)
    published = PartialDay(source="published_on")
    publisher_zh = Text(max_length=100, allow_blank=True, default="")
    publisher_en = Text(max_length=100, allow_blank=True, default="")


class SourceReference(Reference):
    """A source by its id, or by its address and date; one that is not registered yet is registered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Source, **kwargs)

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, dict):
            return super().to_internal_value(data)
        naming = SourceNaming(data=data)
        naming.is_valid(raise_exception=True)
        source = Source()
        for name, value in naming.validated_data.items():
            setattr(source, name, value)
        return self._stored(source) or self._registered(source)

    def _stored(self, source: Source) -> Model | None:
        named = {name: getattr(source, name) for name in ("url", "published", "published_precision")}
        return self._candidates().filter(**named).first()

    def _registered(self, source: Source) -> Source:
        if not self.context["request"].user.has_perm("projects.add_source"):
            raise PermissionDenied(_("You may name only sources that are registered."))
        try:
            source.save()
        except DjangoValidationError as error:
            raise ValidationError(error.message_dict) from error
        return source


_OF_THEIR_OWN: Mapping[type[Model], type[Reference]] = {Project: ProjectReference, Source: SourceReference}


def reference_to(model: type[Model], **kwargs: Any) -> Reference:
    """The field of a body that names a record of this model."""
    own = _OF_THEIR_OWN.get(model)
    return own(**kwargs) if own else Reference(model, **kwargs)
