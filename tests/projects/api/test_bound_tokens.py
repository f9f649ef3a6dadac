"""A token that is bound to prefectures, addresses or reading does exactly that, whatever its user may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from portfolio.accounts.tokens import TokenQuerySet
from portfolio.models import ApiToken, User
from projects.access import get_access
from projects.models import Project
from tests.people import CHANGSHA, ZHUZHOU

from .conftest import System, assert_problem


def system_with(user: Any, **bounds: Any) -> System:
    return System(ApiToken.objects.create(user=user, **({"scope": "write"} | bounds))[1])


@pytest.fixture
def superuser(register: Any) -> Any:
    return User.objects.create_superuser("root")


def codes(system: System) -> set[str]:
    return {each["code"] for each in system.all("/projects/")}


def of(adcode: str) -> set[str]:
    return set(Project.objects.filter(prefecture__adcode=adcode).values_list("code", flat=True))


def test_a_bound_token_sees_its_prefectures_in_lists_records_and_totals(province: Any) -> None:
    bound = system_with(province, prefectures=[CHANGSHA])
    assert codes(bound) == of(CHANGSHA) != set()
    assert bound.get(f"/projects/{min(of(CHANGSHA))}/").status_code == 200
    assert_problem(bound.get(f"/projects/{min(of(ZHUZHOU))}/"), 404)
    row = bound.get("/totals/", programme=2023).data["rows"][0]
    assert row["figures"]["project_count"]["value"] == len(of(CHANGSHA))


def test_totals_say_which_prefectures_they_cover(province: Any, changsha_reader: Any) -> None:
    def covered(system: System) -> Any:
        covers = system.get("/totals/").data["covers"]
        return covers and [(each["adcode"], each["name_zh"], each["name_en"]) for each in covers]

    changsha, zhuzhou = (CHANGSHA, "长沙市", "Changsha"), (ZHUZHOU, "株洲市", "Zhuzhou")
    assert covered(system_with(province)) is None
    assert covered(system_with(province, prefectures=[CHANGSHA])) == [changsha]
    assert covered(system_with(province, prefectures=[ZHUZHOU, CHANGSHA])) == [changsha, zhuzhou]
    assert covered(system_with(changsha_reader)) == [changsha]
    assert covered(system_with(changsha_reader, prefectures=[CHANGSHA, ZHUZHOU])) == [changsha]
    assert covered(system_with(changsha_reader, prefectures=[ZHUZHOU])) == []


def test_several_prefectures_are_seen_together(analyst: Any) -> None:
    bound = system_with(analyst, prefectures=[CHANGSHA, ZHUZHOU])
    assert codes(bound) == of(CHANGSHA) | of(ZHUZHOU)


def test_a_bound_token_gives_nothing_that_the_user_has_not(changsha_writer: Any) -> None:
    bound = system_with(changsha_writer, prefectures=[ZHUZHOU])
    assert codes(bound) == set()
    assert_problem(bound.patch(f"/projects/{min(of(ZHUZHOU))}/", {"name_en": "Taken"}), 404)


def test_a_bound_token_that_lost_its_prefecture_is_not_unbound(province: Any) -> None:
    assert codes(system_with(province, prefectures=["999999"])) == set()


def test_a_bound_token_of_the_province_writes_as_the_province_within_its_prefectures(province: Any) -> None:
    assert_writes_within(system_with(province, prefectures=[CHANGSHA]))


def test_a_bound_token_of_a_superuser_does_so_too(superuser: Any) -> None:
    assert_writes_within(system_with(superuser, prefectures=[CHANGSHA]))


def assert_writes_within(bound: System) -> None:
    own, other = min(of(CHANGSHA)), min(of(ZHUZHOU))
    answer = bound.patch(
        f"/projects/{own}/", {"total_investment": 1_234_000_000, "total_investment_reported_by": "省厅"}
    )
    assert answer.status_code == 200, answer.data
    assert_problem(bound.patch(f"/projects/{other}/", {"name_en": "Taken"}), 404)
    assert_problem(bound.patch(f"/projects/{own}/", {"prefecture": ZHUZHOU}), 403)
    assert Project.objects.get(code=own).prefecture.adcode == CHANGSHA


@pytest.mark.parametrize("path", ["/rounds/", "/light-rules/"])
@pytest.mark.parametrize("whose", ["province", "superuser"])
def test_a_bound_token_adds_nothing_that_belongs_to_no_prefecture(
    path: str, whose: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(whose)
    assert_problem(system_with(user, prefectures=[CHANGSHA]).post(path, {}), 403)
    assert_problem(system_with(user).post(path, {}), 400)


@pytest.mark.parametrize("whose", ["province", "superuser"])
def test_permission_follows_the_bounds_for_every_kind(whose: str, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(whose)
    assert user.has_perm("projects.add_target")
    user.bound_to, user._access = (CHANGSHA,), None
    assert get_access(user).bound
    for kind in ("target", "programme", "round", "lightrule", "source", "enterprise"):
        assert not user.has_perm(f"projects.add_{kind}")
        assert user.has_perm(f"projects.view_{kind}")
    for kind in ("project", "entry", "claim", "milestone", "problem", "plan"):
        assert user.has_perm(f"projects.add_{kind}")


def test_nothing_is_half_written_of_what_a_superusers_bound_token_may_not_add(superuser: Any) -> None:
    bound, before = system_with(superuser, prefectures=[CHANGSHA]), Project.objects.count()
    new = Project.objects.filter(prefecture__adcode=ZHUZHOU).values("name_zh", "name_en", "sector__code").first()
    body = {
        "code": "HN-EI-2023-99",
        "name_zh": new["name_zh"] + "二",
        "sector": new["sector__code"],
        "prefecture": ZHUZHOU,
    }
    assert_problem(bound.post("/projects/", body), 403)
    assert Project.objects.count() == before


def test_a_token_that_reads_never_writes(province: Any) -> None:
    reads = system_with(province, scope="read")
    assert reads.get("/projects/").status_code == 200
    assert_problem(reads.patch(f"/projects/{min(of(CHANGSHA))}/", {"name_en": "Taken"}), 403)


def test_a_token_is_refused_from_elsewhere_as_if_there_were_none(province: Any) -> None:
    here = system_with(province, addresses=["127.0.0.0/8"])
    elsewhere = system_with(province, addresses=["10.0.0.0/8"])
    assert here.get("/projects/").status_code == 200
    told = assert_problem(elsewhere.get("/projects/"), 401)
    assert told["detail"] == assert_problem(System("f" * 64).get("/projects/"), 401)["detail"]
    assert ApiToken.objects.filter(last_used__isnull=False).count() == 1


def test_the_owner_sees_when_and_from_where_a_token_was_refused(province: Any) -> None:
    token, key = ApiToken.objects.create(user=province, addresses=["10.0.0.0/8"])
    for address, after, noted in [
        ("::ffff:192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.8", dt.timedelta(seconds=50), "192.0.2.7"),
        ("192.0.2.9", dt.timedelta(seconds=61), "192.0.2.9"),
        ("", dt.timedelta(seconds=61), None),
    ]:
        if after:
            ApiToken.objects.filter(pk=token.pk).update(refused_at=timezone.now() - after)
        caller = Client(REMOTE_ADDR=address, headers={"Authorization": f"Token {key}"})
        assert caller.get("/api/v1/projects/").status_code == 401
        token.refresh_from_db()
        assert token.refused_from == noted
    assert timezone.now() - token.refused_at < dt.timedelta(seconds=30)
    assert token.last_used is None


def test_a_caller_is_refused_even_where_it_cannot_be_noted(province: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_args: Any, **_values: Any) -> None:
        raise OperationalError("database is locked")

    token, key = ApiToken.objects.create(user=province, addresses=["10.0.0.0/8"])
    with monkeypatch.context() as held:
        held.setattr(TokenQuerySet, "update", locked)
        assert_problem(System(key).get("/projects/"), 401)
    assert_problem(System(key).get("/projects/"), 401)
    token.refresh_from_db()
    assert token.refused_from == "127.0.0.1", "by the next request"
