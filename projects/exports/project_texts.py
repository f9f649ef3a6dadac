"""What is shown of a project, as SQL: each member of its record as JSON and as cells of CSV.

The record of the API says what there is to show; a test holds that both say the same of every project.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from projects.models import Project
from projects.models.attribution import reporter_of

from .texts import Dialect, Sql, cell, constant, joined, number_as_json, partial_date, word_as_json

REFERENCES = ("sector", "chain_link", "prefecture", "source")  # looked up in tables of ready texts
_CODE = "p.code"


@dataclass(frozen=True)
class Member:
    """One member of a record. `needs` are the tables that it is read from, beside the project's own."""

    json: Callable[[Dialect], Sql]
    cells: Sql
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What all rows of one file have in common. Texts of references are those of the form that is written."""

    address: tuple[str, str]  # of a project, before and after its code
    links: Mapping[str, str]  # addresses to which the code is added
    programme: int | None
    months: tuple[str | None, str | None]
    public: bool  # never reads a person's name
    references: Mapping[str, Mapping[int, str]]
    parts: Mapping[str, int] = field(default_factory=dict)  # cells that each kind of reference takes


def members_of(found: Surroundings) -> dict[str, Member]:
    """Every member that can be asked for, by name."""
    first, last = found.months
    members = {
        "url": _word(joined([constant(found.address[0]), Sql(_CODE), constant(found.address[1])])),
        "code": _word(Sql(_CODE)),
        "enterprise": _enterprise(),
        "source_province": _word(Sql("NULLIF(p.source_province, '')")),
        "start": _word(Sql(partial_date("p.start", "p.start_precision"))),
        "finish": _word(Sql(partial_date("p.finish", "p.finish_precision"))),
        "programme": _fixed(found.programme),
        "planned_disbursement": _number("e.planned_disbursement", "entry"),
        "status": _word(Sql("e.status"), "entry"),
        "disbursed": _number("d.total", "entry", "disbursed"),
        "disbursed_from": _fixed(first),
        "disbursed_through": _fixed(last),
        "links": Member(lambda _dialect: _links(found.links), Sql("")),
    }
    members |= {
        name: _text(f"p.{name}") for name in ("name_zh", "name_en", "county_zh", "county_en", "note_zh", "note_en")
    }
    members |= {name: _word(Sql(f"p.{name}")) for name in ("kind", "transferred", "basis")}
    members |= {name: _number(f"p.{name}") for name in ("total_investment", "expected_revenue")}
    for figure in Project.attributed:
        reporter = reporter_of(figure)
        members[reporter] = _fixed(None) if found.public else _text(f"p.{reporter}")
        members[f"{figure}_source"] = _reference(f"{figure}_source", found.parts.get("source", 0))
    members |= {name: _reference(name, found.parts.get(name, 0)) for name in REFERENCES}
    return members


def _text(column: str) -> Member:
    return Member(lambda dialect: Sql(dialect.text_as_json(column)), Sql(cell(column)))


def _word(word: Sql, *needs: str) -> Member:
    return Member(lambda _dialect: Sql(word_as_json(word.text), word.values), word, needs)


def _number(column: str, *needs: str) -> Member:
    return Member(lambda _dialect: Sql(number_as_json(column)), Sql(column), needs)


def _fixed(value: Any) -> Member:
    said = "null" if value is None else str(value) if isinstance(value, int) else f'"{value}"'
    return Member(lambda _dialect: constant(said), constant("" if value is None else str(value)))


def _reference(name: str, parts: int) -> Member:
    """Ready texts; without a reference `null`, or as many blank cells."""
    blank = "," * max(0, parts - 1)
    json = Sql(f"COALESCE(r_{name}.text, 'null')")
    needs = ("claims", name) if name.endswith("_source") else (name,)
    return Member(lambda _dialect: json, Sql(f"COALESCE(r_{name}.text, '{blank}')"), needs)


def _enterprise() -> Member:
    def json(dialect: Dialect) -> Sql:
        names = [
            piece
            for name in ("name_zh", "name_en")
            for piece in (Sql(f"',\"{name}\":'"), Sql(dialect.text_as_json(f"c.{name}")))
        ]
        known = joined([Sql("'{\"id\":'"), Sql("c.id"), *names, Sql("'}'")])
        return Sql(f"CASE WHEN c.id IS NULL THEN 'null' ELSE {known.text} END", known.values)

    cells = joined([Sql("c.id"), Sql("','"), Sql(cell("c.name_zh")), Sql("','"), Sql(cell("c.name_en"))])
    return Member(json, cells, ("enterprise",))


def _links(addresses: Mapping[str, str]) -> Sql:
    pieces, before = [], "{"
    for name, address in addresses.items():
        pieces += [constant(f'{before}"{name}":"{address}'), Sql(_CODE)]
        before = '",'
    return joined([*pieces, constant('"}')])
