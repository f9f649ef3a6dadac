"""Whoever changes one field by types that openapi-typescript made changes one field, and tsc asks for no other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from portfolio.models import ApiToken
from tests.description import read_description

from .bodies import Body, Schema, changes, key
from .compiling import SOURCES, make_types, refused_by_tsc, run_by_node
from .kinds import KINDS, Record, Register, differences, other

pytestmark = pytest.mark.no_database

BEGIN = """import {{ Client }} from "./client.mjs";
const client = new Client({site}, {token});
"""
ONE = "await client.change({path}, {url}, {values});\n"
MANY = "await client.changeMany({path}, {url}, (version) => ({{ records: [{part}] }}));\n"
PART = "{{ {key}: {named} as const, version, ...{values} }}"


@pytest.fixture(scope="module")
def typed(described, tmp_path_factory):
    """Return a folder with the types of the description."""
    folder = tmp_path_factory.mktemp("typed")
    make_types(described, folder)
    return folder


def program(
    bodies: list[Body], records: Mapping[str, Record], document: Schema, site: str = "", token: str = ""
) -> str:
    """A line for each PATCH, which sends one field of the record of its kind."""
    lines = [statement(body, records[body.tag], key(body, document)) for body in bodies]
    return BEGIN.format(site=json.dumps(site), token=json.dumps(token)) + "".join(lines)


def statement(body: Body, record: Record, name: str) -> str:
    changed = KINDS[body.tag].changed
    said = {"path": body.path, "url": record["url"], "values": {changed: other(record[changed])}, "named": record[name]}
    written = {word: json.dumps(value) for word, value in said.items()}
    return (MANY if body.of_many else ONE).format(**written, part=PART.format(**written, key=name))


@pytest.mark.node
def test_a_plain_program_compiles_and_reads_changes_and_meets_errors(typed, live_register, province, live_server):
    token = ApiToken.objects.create(user=province, scope="write")[1]
    plain = (SOURCES / "plain.mts").read_text("utf-8")
    assert refused_by_tsc(typed, plain.replace("SITE", live_server.url).replace("TOKEN", token)) == {}
    run_by_node(typed)


@pytest.mark.node
@pytest.mark.parametrize("of_many", [False, True], ids=["one", "many"])
def test_one_field_that_is_sent_changes_one_field(typed, live_register, province, live_server, of_many):
    document, token = read_description(), ApiToken.objects.create(user=province, scope="write")[1]
    register = Register(live_server.url, token)
    before = {tag: register.read(record["url"])[0] for tag, record in register.add_one_of_each_kind().items()}
    bodies = changes(document, of_many=of_many)
    assert {body.tag for body in bodies} == KINDS.keys()
    assert refused_by_tsc(typed, program(bodies, before, document, live_server.url, token)) == {}
    run_by_node(typed)
    for tag, kind in KINDS.items():
        values = {kind.changed: other(before[tag][kind.changed])}
        assert differences(before[tag], before[tag] | values), "the control: nothing is to change"
        assert differences(before[tag] | values, register.read(before[tag]["url"])[0]) == {}, tag


def test_what_is_installed_is_pinned_and_the_lock_names_no_host():
    wanted = json.loads((SOURCES / "package.json").read_text("utf-8"))["devDependencies"]
    lock = json.loads((SOURCES / "package-lock.json").read_text("utf-8"))["packages"]
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert lock[""]["devDependencies"] == wanted
    assert all("integrity" in package and "resolved" not in package for name, package in lock.items() if name)
