"""Whoever changes one field by a generated client changes one field, of every kind of record that can be changed."""

from __future__ import annotations

import json
import sys
from datetime import date
from enum import Enum
from typing import Any

import attrs
import pytest

from tests.description import read_description

from .bodies import MANY, Body, Schema, changes, component, key, one
from .clients import Asking
from .kinds import DAY, KINDS, Record, Register, differences, other

pytestmark = pytest.mark.no_database

FORMS = pytest.mark.parametrize("of_many", [False, True], ids=["one", "many"])


class Changing:
    """Somebody who changes records by a generated client."""

    def __init__(self, asking: Asking, document: Schema) -> None:
        self.asking, self.document = asking, document
        self.register = Register(asking.address, asking.token)
        self.records = self.register.add_one_of_each_kind()

    def fault_of(self, body: Body, values: Record) -> Any:
        """What else is another after these values were sent of one record; the answer if it was refused."""
        url = self.records[body.tag]["url"]
        before, etag = self.register.read(url)
        answer = self._sent(body, values, before, etag)
        if answer.status_code != 200:
            return json.loads(answer.content)
        return differences(before | values, self.register.read(url)[0])

    def _sent(self, body: Body, values: Record, record: Record, etag: str) -> Any:
        name = key(body, self.document)
        names, values = (
            {name: self._named(body, name, record[name])},
            {each: typed(value) for each, value in values.items()},
        )
        if not body.of_many:
            return self._called(body, self._model(body.schema)(**values), **names, if_match=etag)
        part = self._model(one(body, self.document))(**names, version=etag, **values)
        return self._called(body, self._model(body.schema)(**{MANY: [part]}))

    def _named(self, body: Body, name: str, value: Any) -> Any:
        """The key of a record: a member of an enumeration, where the client has one for it in bodies of many."""
        if not body.of_many:
            return value
        model = self._model(one(body, self.document))
        known = vars(sys.modules[model.__module__]).get(str(attrs.fields_dict(model)[name].type))
        return known(value) if isinstance(known, type) and issubclass(known, Enum) else value

    def _called(self, body: Body, sent: Any, **arguments: Any) -> Any:
        return self.asking.answered(body.operation, body.tag, body=sent, **arguments)

    def _model(self, schema: Schema) -> Any:
        return self.asking.model(str(component(schema)))


def typed(value: str | int) -> str | int | date:
    """As generated clients want it."""
    return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value


def test_every_kind_that_can_be_changed_is_known():
    document = read_description()
    for of_many in (False, True):
        assert {body.tag for body in changes(document, of_many=of_many)} == KINDS.keys()


@FORMS
def test_one_field_that_is_sent_changes_one_field(generated, live_register, province, live_server, of_many):
    document = read_description()
    changing = Changing(Asking(generated, live_server.url, province), document)
    for body in changes(document, of_many=of_many):
        changed = KINDS[body.tag].changed
        value = other(changing.records[body.tag][changed])
        assert changing.fault_of(body, {}) == {}, f"{body.where}, of which nothing was sent"
        assert changing.fault_of(body, {changed: value}) == {}, body.where
        assert changing.register.read(changing.records[body.tag]["url"])[0][changed] == value
