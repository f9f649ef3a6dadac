"""Django's loaddata, through the same door as everybody else: validated, with history, and nothing twice."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject

from projects.choices import Door
from projects.revisions import writing


class Command(loaddata.Command):
    """Loads fixtures as one revision. An object that is stored already, with the same values, is left alone."""

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        with writing(door=Door.COMMAND, reason=f"loaddata {' '.join(fixture_labels)}"):
            super().handle(*fixture_labels, **options)

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Save through the model instead of raw SQL. Raises `CommandError` naming the object that is not valid."""
        record = obj.object
        stored = type(record)._default_manager.filter(pk=record.pk).first() if record.pk else None
        if stored is not None and _values(stored) == _values(record):
            return False
        try:
            record.full_clean()
        except ValidationError as error:
            raise CommandError(f"{record._meta.label} {record}: {'; '.join(error.messages)}") from error
        self.models.add(type(record))
        record.save()
        return True


def _values(record: Any) -> dict[str, Any]:
    return {field.attname: field.to_python(getattr(record, field.attname)) for field in record._meta.concrete_fields}
