"""Fields that name another record by its key."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError

from projects.filters import visible
from projects.models import Project, Source
from projects.models.fields import normalised_code
from projects.periods import PartialDate

from .fields import UNSTORABLE
from .parameters import unknown_value

_LARGEST_KEY = 10**18


class Reference(serializers.Field):
    """A record named by its key, chosen from what the user may see. `number` says that the key is one.

    Another key than a visible record's is refused in the same words whether it exists or not.
    """

    def __init__(
        self, model: type[Model], key: str, *, number: bool = False, listed: bool = True, **kwargs: Any
    ) -> None:
        self.model, self.key, self.number, self.listed = model, key, number, listed
        super().__init__(**kwargs)

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
        if isinstance(data, int) and not 0 <= data < _LARGEST_KEY:
            raise ValidationError(_("There is no “%(key)s”.") % {"key": data})
        if isinstance(data, str) and UNSTORABLE.search(data):
            raise ValidationError(_("The text has a character that cannot be stored."))


class ProjectReference(Reference):
    """A project by its code, in any spelling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Project, "code", listed=False, **kwargs)

    def normal(self, key: Any) -> Any:
        return normalised_code(key)


class SourceReference(Reference):
    """A source by its id, or by its address and date; one that is not registered yet is registered.

    The publisher's names are used only then.
    """

    keys = ("url", "published", "publisher_zh", "publisher_en")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Source, "pk", number=True, listed=False, **kwargs)

    def to_internal_value(self, data: Any) -> Model:
        return self._registered(data) if isinstance(data, dict) else super().to_internal_value(data)

    def _registered(self, data: dict[str, Any]) -> Source:
        errors = {key: [unknown_value(key, self.keys)] for key in data if key not in self.keys}
        errors |= {key: [_("Give a text.")] for key in self.keys if not isinstance(data.get(key) or "", str)}
        errors |= {
            key: [_("The text has a character that cannot be stored.")]
            for key, value in data.items()
            if isinstance(value, str) and UNSTORABLE.search(value)
        }
        if not data.get("url"):
            errors.setdefault("url", [_("This field is required.")])
        if errors:
            raise ValidationError(errors)
        url, published = data["url"].strip(), self._date(data.get("published"))
        found = self._candidates().filter(
            url=url,
            published=published.first if published else None,
            published_precision=published.precision if published else "",
        )
        return found.first() or self._new(data, url, published)

    def _date(self, text: str | None) -> PartialDate | None:
        try:
            return PartialDate.parse(text) if text else None
        except DjangoValidationError as error:
            raise ValidationError({"published": error.messages}) from error

    def _new(self, data: dict[str, Any], url: str, published: PartialDate | None) -> Source:
        if not self.context["request"].user.has_perm("projects.add_source"):
            raise PermissionDenied(_("You may name only sources that are registered."))
        source = Source(
            url=url, publisher_zh=data.get("publisher_zh") or "", publisher_en=data.get("publisher_en") or ""
        )
        source.published_on = published
        try:
            source.save()
        except DjangoValidationError as error:
            raise ValidationError(error.message_dict) from error
        return source
