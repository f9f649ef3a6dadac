"""Prepared records are those of the queryset: their values, what they name, what stands beside their columns."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F, Model, QuerySet

from portfolio.models import ApiToken
from projects.database import prepared_records
from projects.database.prepared_records import plain_of, records, records_of
from projects.history.revisions import writing
from projects.models import Programme, Project, Round
from sectors.models import Sector


def alike(found: list[Any], expected: QuerySet) -> bool:
    def told(record: Model) -> dict[str, Any]:
        return {
            name: told(value) if isinstance(value, Model) else value
            for name, value in (record.__dict__ | record._state.fields_cache).items()
            if not name.startswith("_")
        }

    return [told(each) for each in found] == [told(each) for each in expected]


@pytest.mark.parametrize("model", [Programme, Project, Round, Sector])
def test_they_are_those_of_the_queryset(register: Any, model: Any) -> None:
    rows = model.objects.order_by("pk").annotate(double=F("pk") + F("pk"))
    assert rows
    for _again in range(2):
        assert alike(records(("test", model), lambda: rows), rows)


def test_what_they_name_comes_with_them_or_is_none(register: Any, django_assert_num_queries: Any) -> None:
    rows = Project.objects.select_related("sector__direction", "source", "enterprise").order_by("code")
    with django_assert_num_queries(1):
        found = records("named", lambda: rows)
        named = [(each.sector.direction, each.source, each.enterprise) for each in found]
    assert named == [(each.sector.direction, each.source, each.enterprise) for each in rows]
    assert {type(source) for _direction, source, _enterprise in named} == {type(named[0][1]), type(None)}


def test_a_value_stays_open_and_the_sql_is_made_once(register: Any) -> None:
    made: list[Any] = []

    def build(key: int) -> QuerySet:
        made.append(key)
        return Programme.objects.filter(pk=key)

    kind, some = ("by key", object()), Programme.objects.all()[:3]
    assert [records(kind, build, each.pk) for each in some] == [[each] for each in some]
    assert (records(kind, build, 0), len(made)) == ([], 1)


def test_a_number_that_only_a_small_column_holds_is_found_too(register: Any) -> None:
    for year in (2023, 2022, 1950):
        found = records("by year", lambda year: Programme.objects.filter(year=year), year)
        assert [each.year for each in found] == [year] * (year != 1950)


def test_a_token_comes_with_its_account(analyst: Any, django_assert_num_queries: Any) -> None:
    token, _text = ApiToken.objects.create(user=analyst, label="a ‘%s’ %% token", prefectures=["430100"])
    with django_assert_num_queries(1):
        known = ApiToken.objects.get_by_digest(token.digest)
        assert (known.user, known.prefectures, known.expiry) == (analyst, ["430100"], token.expiry)
    assert ApiToken.objects.get_by_digest(token.digest[:-1]) is None


@pytest.mark.parametrize("most", [512, 2])
def test_keys_are_looked_for_by_few_statements(register: Any, monkeypatch: Any, most: int) -> None:
    monkeypatch.setattr(prepared_records, "_MOST_KEYS", most)
    kind, made = ("some", object()), []

    def build(keys: Any, *years: int) -> QuerySet:
        made.append(keys)
        return Project.objects.filter(pk__in=keys, entries__programme__year__in=years or [2023]).order_by("pk")

    every = [*Project.objects.order_by("pk").values_list("pk", flat=True)]
    for number in (1, 5, 6, 8):
        some = every[:number]
        assert [each.pk for each in records_of(kind, lambda *keys: build(keys), some)] == some
        rows = plain_of(kind, lambda keys, year: build(keys, year).values_list("pk"), some, 2023).rows()
        assert [key for (key,) in rows] == some
    assert (len(made) == 4) == (most == 512)  # of one and of eight
    assert records_of(kind, lambda *keys: build(keys), []) == []


def test_a_text_is_looked_for_within_others_as_it_is(register: Any) -> None:
    made: list[str] = []

    def build(text: str) -> QuerySet:
        made.append(text)
        return Project.objects.filter(name_en__icontains=text).order_by("pk")

    project = Project.objects.order_by("pk")[0]
    with writing():
        project.name_en = "Half, 50% of_it \\ 'O"
        project.save()
    kind = ("within", object())
    for text in ("half", "0% OF_i", "_it \\", "'o", "5_%", "50%%", "\\\\", "a"):
        assert records(kind, build, text) == list(Project.objects.filter(name_en__icontains=text).order_by("pk"))
    assert len(made) == 1
