"""The log of every record, replayed from the start, gives the present record: for random edits over all doors."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db.models import JSONField, QuerySet

from projects.changes.differences import differences, parts_of
from projects.changes.kinds import Kind, all_kinds
from projects.choices import Channel
from projects.models import Revision
from tests.projects.changes.asking import nothing_is_wrong
from tests.projects.changes.doors import NAMES, Doors

SEEDS = (1, 2)
STEPS = 44
DEAR = {"load_register": 1, "admin_inline": 2}  # times at most, of the doors that take long
BY_PEOPLE = {Channel.ADMIN, Channel.API, Channel.PAGE}


def blank(field: Any) -> Any:
    """What a field holds of which nothing is told."""
    if isinstance(field, JSONField):
        return []
    return None if field.null else ""


def replayed(kind: Kind) -> dict[Any, dict[str, Any]]:
    """Every record as its log tells it, by key: what was told before must be what was told last."""
    columns = {part.field.attname: part.field for part in parts_of(kind.model)}
    columns |= {column: None for part in parts_of(kind.model) for column in part.columns if column not in columns}
    records: dict[Any, dict[str, Any]] = {}
    earlier: dict[Any, Any] = {}
    for row in QuerySet(kind.history).order_by("history_id"):
        key = getattr(row, kind.key)
        if row.history_type == "-":
            del records[key]
        elif row.history_type == "+":
            assert key not in records
            records[key] = {column: "" if field is None else blank(field) for column, field in columns.items()}
            for told in differences(kind.model, None, row):
                records[key].update(zip(told.part.columns, told.part.values(row), strict=True))
        else:
            for told in differences(kind.model, earlier[key], row):
                assert tuple(records[key][column] for column in told.part.columns) == told.part.values(told.before)
                records[key].update(zip(told.part.columns, told.part.values(told.after), strict=True))
        earlier[key] = row
    return records


def present(kind: Kind) -> dict[Any, dict[str, Any]]:
    columns = [column for part in parts_of(kind.model) for column in part.columns]
    return {record.pk: {column: getattr(record, column) for column in columns} for record in QuerySet(kind.model)}


def says_who_when_and_by_which_door(revision: Revision) -> bool:
    if revision.door not in Channel.values or not revision.created_at:
        return False
    if revision.door in BY_PEOPLE:
        return bool(revision.user_id and revision.username and revision.request_id)
    return bool(revision.reason)


@pytest.mark.parametrize("seed", SEEDS)
def test_replaying_the_log_gives_the_present(province, changsha_writer, client_of, tmp_path, seed):
    doors = Doors(seed, province, changsha_writer, client_of, tmp_path)
    left = Counter({name: DEAR.get(name, STEPS) for name in NAMES})
    order = [*NAMES, *(doors.random.choice(NAMES) for _number in range(STEPS - len(NAMES)))]
    doors.random.shuffle(order)
    for name in order:
        left[name] -= 1
        doors.step(name if left[name] >= 0 else "undo")
    for kind in all_kinds():
        assert replayed(kind) == present(kind), kind.name
        assert not QuerySet(kind.history).exclude(revision__in=QuerySet(Revision)).exists()
    wrong = [
        each.number
        for each in Revision.objects.filter(number__gt=doors.begun)
        if not says_who_when_and_by_which_door(each)
    ]
    assert wrong == []
    assert nothing_is_wrong()
    assert sum(doors.written.values()) > STEPS / 2


def test_every_door_wrote_in_at_least_one_of_the_sequences(province, changsha_writer, client_of, tmp_path):
    """Else the test above would say nothing of that door. Each is tried until it writes."""
    doors = Doors(0, province, changsha_writer, client_of, tmp_path)
    for name in NAMES:
        for _attempt in range(1 if name == "load_register" else 8):
            if not doors.written[name]:
                doors.step(name)
    assert {name for name in NAMES if not doors.written[name]} == set()
    assert nothing_is_wrong()
