"""Whoever changes one field by a generated client changes one field, of every kind of record that can be changed."""

from __future__ import annotations

import json
import sys
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import attrs
import pytest

from .bodies import MANY, Body, changes, fields, key, one
from .breaks import read
from .clients import STORED, Asking, make_client
from .kinds import DAY, KINDS, Record, Register, differences, other
from .shapes import Schema, component

pytestmark = pytest.mark.no_database

FORMS = pytest.mark.parametrize("of_many", [False, True], ids=["one", "many"])


@pytest.fixture
def careless(with_defaults: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The package of a client that was made from a description with defaults."""
    package = with_defaults.parent / "careless_client"
    if not package.exists():
        make_client(with_defaults, package)
    monkeypatch.syspath_prepend(str(package.parent))
    return package.name


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


def test_every_kind_that_can_be_changed_is_known() -> None:
    document = read(STORED)
    for of_many in (False, True):
        assert {body.tag for body in changes(document, of_many=of_many)} == KINDS.keys()


@FORMS
def test_one_field_that_is_sent_changes_one_field(
    generated: str, live_register: None, province: Any, live_server: Any, of_many: bool
) -> None:
    document = read(STORED)
    changing = Changing(Asking(generated, live_server.url, province), document)
    for body in changes(document, of_many=of_many):
        changed = KINDS[body.tag].changed
        value = other(changing.records[body.tag][changed])
        assert changing.fault_of(body, {}) == {}, f"{body.where}, of which nothing was sent"
        assert changing.fault_of(body, {changed: value}) == {}, body.where
        assert changing.register.read(changing.records[body.tag]["url"])[0][changed] == value


@FORMS
def test_with_defaults_in_the_description_others_would_be_lost(
    careless: str, with_defaults: Path, live_register: None, province: Any, live_server: Any, of_many: bool
) -> None:
    document = read(with_defaults)
    changing = Changing(Asking(careless, live_server.url, province), document)
    faults = {}
    for body in changes(document, of_many=of_many):
        record, changed = changing.records[body.tag], KINDS[body.tag].changed
        said = {name: schema["default"] for name, schema in fields(body, document).items() if "default" in schema}
        assert all(record[name] != value for name, value in said.items()), f"{body.tag} has what a new record has"
        fault = changing.fault_of(body, {changed: other(record[changed])})
        assert bool(fault) == bool(said), body.where
        faults[body.tag] = fault
    assert faults["entries"] == {"status": ("continuing", "unknown"), "basis": ("published", "reported")}
    emptied = {"name_en", "county_zh", "county_en", "note_zh"}
    assert faults["projects"].keys() == {"kind", "transferred", "basis"} | emptied  # and nobody was told
