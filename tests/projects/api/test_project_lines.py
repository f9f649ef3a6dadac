"""Projects that the database writes are to the byte what Python makes of their models, in random registers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError, models, transaction
from django.test import Client, RequestFactory
from django.utils.translation import override
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from portfolio.models import ApiToken
from projects.api.scopes import scope_of
from projects.api.serializers.projects import ProjectRecord
from projects.choices import Basis, ProjectKind
from projects.models import Claim, Enterprise, MonthlyReport, Prefecture, Project, Revision, Source
from projects.models.base import own_fields
from projects.totals.filters import ORDERINGS
from projects.versioning import as_of
from projects.versioning.digests import digest_of
from projects.versioning.revisions import writing
from sectors.models import Sector
from tests.length import so_many

from .project_by_serializer import by_python

MEMBERS = list(ProjectRecord._declared_fields)
TEXTS = ("", "名", "=1+1", 'a"b', "c\\d", "e\r\n\tf", "\u2028\u2029", "😀", "<b>&'", "\x7f\x1f", "%s %%")
WEB = (
    "https://www.a.example/x?y#z",
    "http://b.example",
    "https://c.example:8080?d=//e",
    "https://user@www.f.example/#//g",
)


@pytest.fixture(autouse=True)
def readers(register: None, province: Any, changsha_writer: Any, analyst: Any, public_read: None) -> list[Any]:
    """The public, the province, a prefecture, a bound token, an analyst: user, prefectures of the token, client."""
    found = [(None, (), Client())]
    for user, bound in ((province, ()), (changsha_writer, ()), (province, ("430200", "430700")), (analyst, ())):
        token = ApiToken.objects.create(user=user, scope="read", prefectures=list(bound))[1]
        found.append((user, bound, Client(headers={"Authorization": f"Token {token}"})))
    return found


def scramble(chance: random.Random) -> None:
    """By SQL, past what is checked: what is stored may be anything that was ever let in."""
    models.QuerySet(Source).update(publisher_en="")
    for source in Source.objects.all()[:6]:
        said = {"publisher_zh": chance.choice(TEXTS), "url": f"{chance.choice(WEB)}&{source.pk}"}
        models.QuerySet(Source).filter(pk=source.pk).update(**said)
    models.QuerySet(Enterprise).filter(pk=Enterprise.objects.first().pk).update(name_en=chance.choice(TEXTS))
    models.QuerySet(Sector).filter(pk=Sector.objects.first().pk).update(name_en=chance.choice(TEXTS))
    keys = {each: list(each.objects.values_list("pk", flat=True)) for each in (Source, Enterprise, Prefecture)}
    texts = [each.name for each in own_fields(Project) if isinstance(each, models.CharField | models.TextField)]
    for number, project in enumerate(Project.objects.all()):
        changed: dict[str, Any] = {
            name: chance.choice(TEXTS) for name in texts if not Project._meta.get_field(name).choices
        }
        changed |= {"code": chance.choice([f"特-{number}", f"ODD-{number}"])}
        for model, name in ((Source, "source_id"), (Enterprise, "enterprise_id"), (Prefecture, "prefecture_id")):
            changed[name] = chance.choice([None, *keys[model]])
        changed["kind"] = chance.choice(ProjectKind.values)
        changed["expected_revenue"] = chance.choice([None, 0, chance.randrange(10**11)])
        if not changed["source_id"]:
            changed["basis"] = Basis.ILLUSTRATIVE
        if chance.random() < 0.5:
            day = chance.choice(["2021-01-01", "2022-05-31", "2023-10-17"])
            changed |= {"finish": day, "finish_precision": chance.choice(["day", "month", "quarter", "year"])}
            changed["start"], changed["start_precision"] = None, ""
        if chance.random() < 0.7:
            reporters = {name: "" for name in texts if name.endswith("_reported_by")}
            with suppress(IntegrityError), transaction.atomic():  # a figure that an adopted claim says stays
                models.QuerySet(Project).filter(pk=project.pk).update(**changed | reporters)

    models.QuerySet(MonthlyReport).filter(month=chance.randrange(1, 7)).update(disbursed=chance.choice([0, 10**9]))


def questions(chance: random.Random, number: int) -> Iterator[dict[str, str]]:
    for _turn in range(number):
        asked: dict[str, Any] = {"lang": chance.choice(["en", "zh-hans"])}
        if chance.random() < 0.5:
            asked["fields"] = ",".join(chance.sample(MEMBERS, chance.randrange(1, len(MEMBERS))))
        if chance.random() < 0.6:
            asked["programme"] = chance.choice(["2022", "2023", "2023"])
        if asked.get("programme") == "2023" and chance.random() < 0.5:
            asked[chance.choice(["month", "through"])] = f"2023-0{chance.randrange(1, 8)}"
        if chance.random() < 0.5:
            asked["ordering"] = ",".join(chance.choice(["", "-"]) + each for each in chance.sample([*ORDERINGS], 2))
        if chance.random() < 0.4:
            asked["basis"] = chance.choice(Basis.values)
        if chance.random() < 0.3:
            asked["as_of"] = f"r{chance.randrange(1, Revision.objects.newest_number() + 1)}"
        yield asked


def expected(
    asked: dict[str, str], user: Any, bound: tuple[str, ...], *, first: int, size: int
) -> tuple[bytes, list[Any]]:
    """What Python makes of it, and the projects."""
    request: Any = Request(RequestFactory().get("/api/v1/projects/", asked, headers={"host": "testserver"}))
    if user is not None:
        request.user = type(user).objects.get(pk=user.pk)
        request.user.bound_to = bound
    past = as_of.AsOf.parse(asked["as_of"]) if "as_of" in asked else None
    with as_of.looking_back(past), override(asked["lang"]):
        scope = scope_of(request, on_list="programme" in asked)
        rows = scope.projects()
        names = ProjectRecord.names(set(asked["fields"].split(",")) if "fields" in asked else None)
        page = list(rows[first : first + size])
        shown = {row.pk: row for row in page}
        made = by_python(Project.objects.filter(pk__in=shown), scope, names=names, request=request)
        by_key = dict(zip([row.pk for row in Project.objects.filter(pk__in=shown)], made, strict=True))
        return JSONRenderer().render([by_key[row.pk] for row in page]), page


def results(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    return answer.content.partition(b'"results":')[2].removesuffix(b"}")


@pytest.mark.parametrize("seed", range(so_many(3, 60)))
def test_pages_records_and_walks_are_what_python_makes(readers: list[Any], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret
    with writing(reason="one more revision"):
        Claim(project=Project.objects.last(), figure="finish", stated="2024", source=Source.objects.first()).save()
    scramble(chance)
    for asked in questions(chance, 12):
        user, bound, client = chance.choice(readers)
        size, number = chance.choice([(50, 1), (7, 1), (7, 2)])
        whole, _page = expected(asked, user, bound, first=0, size=50)
        page, records = expected(asked, user, bound, first=(number - 1) * size, size=size)
        if records or number == 1:
            query = asked | {"page": str(number), "page_size": str(size)}
            assert results(client.get("/api/v1/projects/", query)) == page, query
        if "ordering" not in asked:
            walked = _walked(client, asked, size=size)
            assert sorted(walked) == sorted(JSONRenderer().render(each) for each in json.loads(whole)), asked
        for record in records[:2]:
            alone = {
                name: value
                for name, value in asked.items()
                if name in ("lang", "fields", "programme", "month", "as_of")
            }
            answer = client.get(f"/api/v1/projects/{record.code}/", alone)
            assert answer["ETag"].strip('"').partition("-")[0] == digest_of(record)
            if alone.keys() >= asked.keys() - {"ordering", "basis"}:
                assert answer.content in page


def _walked(client: Client, asked: dict[str, str], *, size: int) -> list[bytes]:
    """The records of a walk, each as it stands there."""
    found, address = [], f"/api/v1/projects/?{urlencode(asked | {'cursor': '', 'page_size': size})}"
    while address:
        answer = client.get(address)
        found += [JSONRenderer().render(each) for each in json.loads(results(answer))]
        address = answer.json()["next"]
    return found
