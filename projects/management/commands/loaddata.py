"""manage.py loaddata: Django's, through the same door as everybody else; validated, with history, and nothing twice."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject
from django.db import connections, models

from projects.imports.chronicle import record_load
from projects.plausibility.checks import take_pointed_out
from sectors.models import Checked


class Command(loaddata.Command):
    """Loads fixtures in one transaction. An object that is stored already, with the same values, is left alone."""

    fixture_label = ""
    position = 0  # of the object in its fixture, from 1

    def handle(self, *fixture_labels: str, **options: Any) -> None:
        with record_load(f"loaddata {' '.join(fixture_labels)}") as draft:
            super().handle(*fixture_labels, **options)
            doubts = take_pointed_out(draft)
        if options["verbosity"]:
            for doubt in doubts:
                self.stdout.write(f"{doubt.record}: {doubt.message}")

    def loaddata(self, fixture_labels: tuple[str, ...]) -> None:
        """Load without Django's check of foreign keys, before the revision, that history rows point to, is written.

        Nothing is lost: `full_clean` has looked up every key of ours, and the database checks all of them at the commit.
        """
        connection = connections[self.using]
        connection.check_constraints = lambda table_names=None: None
        try:
            super().loaddata(fixture_labels)
        finally:
            del connection.check_constraints

    def load_label(self, fixture_label: str) -> None:
        self.fixture_label, self.position = fixture_label, 0
        super().load_label(fixture_label)

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Save through the model instead of raw SQL. Raises `CommandError` naming the object that is not valid."""
        model = type(obj.object)
        self.position += 1
        if model._meta.app_config in self.excluded_apps or model in self.excluded_models:
            return False
        if obj.deferred_fields:
            missing = ", ".join(f"{field.name} {value}" for field, value in obj.deferred_fields.items())
            raise self._refusal(model, f"what it refers to is not loaded: {missing}")
        record, stored_values = _onto_stored(obj.object)
        try:
            if stored_values is not None or not isinstance(record, Checked):  # whose `save` does it
                record.full_clean()
            if _values(record) == stored_values:
                return False
            self.models.add(model)
            record.save()
        except ValidationError as error:
            raise self._refusal(model, _text(error)) from error
        for name, values in (obj.m2m_data or {}).items():
            getattr(record, name).set(values)
        return True

    def _refusal(self, model: type[models.Model], reason: str) -> CommandError:
        return CommandError(f"{self.fixture_label}, object {self.position} ({model._meta.label_lower}): {reason}")


def _onto_stored(record: models.Model) -> tuple[models.Model, dict[str, Any] | None]:
    """The record to save and the values it has in the database, None for a new one."""
    stored = type(record)._default_manager.filter(pk=record.pk).first() if record.pk else None
    if stored is None:
        return record, None
    values = _values(stored)
    for name, value in _values(record).items():
        setattr(stored, name, value)
    return stored, values


def _values(record: models.Model) -> dict[str, Any]:
    return {field.attname: field.to_python(getattr(record, field.attname)) for field in record._meta.concrete_fields}


def _text(error: ValidationError) -> str:
    """`total_investment: An amount cannot be negative.`, field by field."""
    if not hasattr(error, "error_dict"):
        return "; ".join(error.messages)
    return "; ".join(f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items())
