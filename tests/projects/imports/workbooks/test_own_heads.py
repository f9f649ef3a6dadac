"""Heads of our own files are read alike in both languages: what one gives a field, the other does not pass over."""

from __future__ import annotations

import csv
import io

import pytest

from projects.models import Target

from .made import faults, looked_at
from .test_own_files import fetched

LANGUAGES = ("en", "zh-hans")
OF_2023, OF_JUNE = {"programme": "2023"}, {"programme": "2023", "month": "2023-06"}


@pytest.mark.parametrize(
    ("kind", "path", "query"),
    [
        ("register", "projects", OF_2023),
        ("register", "entries", OF_2023),
        ("register", "/projects/", OF_2023),
        ("register", "/projects/", OF_JUNE),
        ("reports", "reports", OF_JUNE),
        ("reports", "/rounds/2023-06/", {}),
        ("reports", "/rounds/2023-01/", {}),
        ("targets", "targets", OF_2023),
        ("rounds", "rounds", OF_2023),
        ("rounds", "/rounds/", OF_2023),
    ],
)
def test_a_column_is_the_same_field_in_both_languages(kind, path, query, register, province, client_of):
    asked = {} if kind != "reports" else {"month": 1 if path.endswith("-01/") else 6}
    in_english, in_chinese = (
        looked_at(
            fetched(client_of(province), path, format="csv", lang=language, **query),
            province,
            kind=kind,
            name="a.csv",
            **asked,
        ).columns
        for language in LANGUAGES
    )
    differ = [
        (one.head, one.certainty, one.field, other.head, other.certainty, other.field)
        for one, other in zip(in_english, in_chinese, strict=True)
        if (one.certainty, one.field) != (other.certainty, other.field)
    ]
    assert differ == []
    assert len([each for each in in_english if each.field]) > 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_changed_in_our_own_file_is_that_of_the_source_in_its_row(language, register, province, client_of):
    """Its address is that of no other source, so that the stored targets of other sources stay as they are."""
    head, *rows = _read(fetched(client_of(province), "targets", format="csv", lang=language, **OF_2023))
    assert len(rows) == Target.objects.filter(programme__year=2023).count()
    one = next(row for row in rows if row[_place(head, "sector.code", "所指行业·编号")])
    one[_place(head, "source.url", "来源·网址")] = "https://example.com/said-anew"
    found = looked_at(_written([head, one]), province, kind="targets", name="targets.csv")
    assert faults(found) == {}
    assert found.counts["rows"]["new"] == 1
    assert {"sector", "source", "relation"} <= {each.field for each in found.cells if each.is_written}


def _place(head: list[str], *names: str) -> int:
    return next(head.index(name) for name in names if name in head)


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
