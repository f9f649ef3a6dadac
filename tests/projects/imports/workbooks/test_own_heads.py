"""Heads of our own files are read alike in both languages: what one gives a field, the other does not pass over."""

from __future__ import annotations

import pytest

from .made import looked_at
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
