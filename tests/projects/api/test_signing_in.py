"""Who asks: tokens and what they are bound to, sessions, nobody."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portfolio.models import ApiToken, User
from projects.access import get_access
from projects.models import Grant, Project, Revision
from tests.people import CHANGSHA, ZHUZHOU

from .conftest import ROOT, System, assert_problem

OWN = "/projects/HN-EI-2023-01/"


@pytest.mark.no_database
@pytest.mark.parametrize("path", ["/", "/projects/", "/totals/", "/schema/", "/docs/", OWN])
def test_nobody_unknown_reads_where_the_public_may_not(register, province, path):
    answer = System().get(path, token=ApiToken.objects.create(user=province)[1])
    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Token realm="api"'


@pytest.mark.no_database
@pytest.mark.parametrize(
    "header", ["Token", "Token a b", "Token " + "é" * 20, "Bearer abc", "Basic YTpi", f"Token {'0' * 64}"]
)
def test_a_wrong_token_is_refused_even_where_the_public_may_read(public, header):
    answer = public.client.get(f"{ROOT}/projects/", headers={"Authorization": header})
    answer.data = answer.json()
    assert_problem(answer, 401)


@pytest.mark.no_database
@pytest.mark.parametrize(
    "header", ["", "Foo abc", "0" * 64, "é", "Basics YTpi", "Token,Basic YTpi", "Basic é", "Basic YWI="]
)
def test_a_header_that_cannot_be_read_is_never_taken_for_nobody(public, header):
    answer = public.client.get(f"{ROOT}/projects/", headers={"Authorization": header})
    answer.data = answer.json()
    assert "Authorization: Token" in assert_problem(answer, 401)["detail"]


@pytest.mark.no_database
@pytest.mark.parametrize("name", ["", "analyst", "任何人"])
def test_a_token_is_taken_as_bearer_and_as_the_password_of_basic(register, analyst, name):
    secret = ApiToken.objects.create(user=analyst)[1]
    basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
    for header in (f"Token {secret}", f"Bearer {secret}", f"bearer  {secret} ", f"Basic {basic}", f"basic {basic}"):
        assert Client().get(f"{ROOT}/notes/", headers={"Authorization": header}).status_code == 200, header


@pytest.mark.no_database
@pytest.mark.parametrize("header", ["Digest a=b, c=d", "negotiate", "NTLM YTpi"])
def test_a_proxys_own_credentials_are_left_alone(public, header):
    assert public.client.get(f"{ROOT}/projects/", headers={"Authorization": header}).status_code == 200


@pytest.mark.no_database
def test_a_token_ends_with_its_time_its_account_or_itself(analyst):
    token, secret = ApiToken.objects.create(user=analyst)
    system = System(secret)
    assert system.get("/projects/").status_code == 200
    ApiToken.objects.filter(pk=token.pk).update(expiry=timezone.now() - dt.timedelta(seconds=1))
    assert_problem(system.get("/projects/"), 401)
    ApiToken.objects.filter(pk=token.pk).update(expiry=None)
    for active in (False, True):  # for good
        analyst.is_active = active
        analyst.save()
        assert_problem(system.get("/projects/"), 401)
    token, secret = ApiToken.objects.create(user=analyst)
    assert System(secret).get("/projects/").status_code == 200
    token.delete()
    assert_problem(System(secret).get("/projects/"), 401)


@pytest.mark.no_database
def test_a_grant_that_is_taken_away_ends_at_the_next_request(system_of, province):
    system = system_of(province)
    assert system.patch(OWN, {"name_en": "x"}).status_code == 200
    Grant.objects.filter(user=province).delete()
    assert_problem(system.patch(OWN, {"name_en": "y"}), 404)


@pytest.mark.no_database
def test_a_session_reads_and_writes_with_the_csrf_token(province, client_of):
    browser: Client = client_of(province, enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    assert browser.get(f"{ROOT}/projects/").json()["count"] == 42
    refused = browser.patch(ROOT + OWN, {"name_en": "x"}, content_type="application/json")
    refused.data = refused.json()
    assert "X-CSRFToken" in assert_problem(refused, 403)["detail"]
    page = browser.get(f"{ROOT}/docs/").content.decode()
    token = page.partition('data-csrf-token="')[2].partition('"')[0]
    headers = {"X-CSRFToken": token, "If-Match": browser.get(ROOT + OWN)["ETag"]}
    accepted = browser.patch(ROOT + OWN, {"name_en": "x"}, content_type="application/json", headers=headers)
    assert accepted.status_code == 200
    assert Revision.objects.first().user == province


@pytest.mark.no_database
def test_a_token_beside_a_session_decides(system_of, province, changsha_reader, client_of):
    secret = ApiToken.objects.create(user=changsha_reader, scope="write")[1]
    browser = client_of(province, headers={"Authorization": f"Token {secret}"})
    assert browser.get(f"{ROOT}/projects/").json()["count"] < 42
    answer = browser.patch(ROOT + OWN, json.dumps({"name_en": "x"}), content_type="application/json")
    answer.data = answer.json()
    assert_problem(answer, 403)


def system_with(user: Any, **bounds: Any) -> System:
    return System(ApiToken.objects.create(user=user, **({"scope": "write"} | bounds))[1])


@pytest.fixture
def superuser(register):
    return User.objects.create_superuser("root")


def codes(system: System) -> set[str]:
    return {each["code"] for each in system.all("/projects/")}


def of(adcode: str) -> set[str]:
    return set(Project.objects.filter(prefecture__adcode=adcode).values_list("code", flat=True))


def test_a_bound_token_sees_its_prefectures_in_lists_records_and_totals(province):
    bound = system_with(province, prefectures=[CHANGSHA])
    assert codes(bound) == of(CHANGSHA) != set()
    assert bound.get(f"/projects/{min(of(CHANGSHA))}/").status_code == 200
    assert_problem(bound.get(f"/projects/{min(of(ZHUZHOU))}/"), 404)
    row = bound.get("/totals/", programme=2023).data["rows"][0]
    assert row["figures"]["project_count"]["value"] == len(of(CHANGSHA))


def test_totals_say_which_prefectures_they_cover(province, changsha_reader):
    def covered(system: System) -> Any:
        covers = system.get("/totals/").data["covers"]
        return covers and [(each["adcode"], each["name_zh"], each["name_en"]) for each in covers]

    changsha, zhuzhou = (CHANGSHA, "长沙市", "Changsha"), (ZHUZHOU, "株洲市", "Zhuzhou")
    assert covered(system_with(province)) is None
    assert covered(system_with(province, prefectures=[ZHUZHOU, CHANGSHA])) == [changsha, zhuzhou]
    assert covered(system_with(changsha_reader, prefectures=[CHANGSHA, ZHUZHOU])) == [changsha]
    assert covered(system_with(changsha_reader, prefectures=[ZHUZHOU])) == []


def test_a_bound_token_gives_nothing_that_the_user_has_not(province, changsha_writer):
    assert codes(system_with(changsha_writer, prefectures=[ZHUZHOU])) == set()
    assert codes(system_with(province, prefectures=["999999"])) == set()  # not unbound, though its prefecture is gone
    bound = system_with(changsha_writer, prefectures=[CHANGSHA, ZHUZHOU])
    assert codes(bound) == of(CHANGSHA)
    new = {"code": "HN-EI-2023-99", "name_zh": "株洲新项目", "sector": "new-display", "prefecture": ZHUZHOU}
    assert_problem(bound.post("/projects/", new), 403)


@pytest.mark.parametrize("whose", ["province", "superuser"])
def test_a_bound_token_of_the_province_writes_as_the_province_within_its_prefectures(whose, request):
    bound = system_with(request.getfixturevalue(whose), prefectures=[CHANGSHA])
    own, other = min(of(CHANGSHA)), min(of(ZHUZHOU))
    change = {"total_investment": 1_234_000_000, "total_investment_reported_by": "省厅"}
    assert bound.patch(f"/projects/{own}/", change).status_code == 200
    assert_problem(bound.patch(f"/projects/{other}/", {"name_en": "Taken"}), 404)
    assert_problem(bound.patch(f"/projects/{own}/", {"prefecture": ZHUZHOU}), 403)
    assert Project.objects.get(code=own).prefecture.adcode == CHANGSHA
    for path in ("/rounds/", "/light-rules/"):  # they belong to no prefecture
        assert_problem(bound.post(path, {}), 403)


@pytest.mark.parametrize("whose", ["province", "superuser"])
def test_permission_follows_the_bounds_for_every_kind(whose, request):
    user = request.getfixturevalue(whose)
    assert user.has_perm("projects.add_target")
    user.bound_to, user._access = (CHANGSHA,), None
    assert get_access(user).bound
    for kind in ("target", "programme", "round", "lightrule", "source", "enterprise"):
        assert not user.has_perm(f"projects.add_{kind}")
        assert user.has_perm(f"projects.view_{kind}")
    for kind in ("project", "entry", "claim", "milestone", "problem", "plan"):
        assert user.has_perm(f"projects.add_{kind}")


def test_a_token_is_refused_from_elsewhere_as_if_there_were_none(province):
    here = system_with(province, addresses=["127.0.0.0/8"])
    elsewhere = system_with(province, addresses=["10.0.0.0/8"])
    assert here.get("/projects/").status_code == 200
    told = assert_problem(elsewhere.get("/projects/"), 401)
    assert told["detail"] == assert_problem(System("f" * 64).get("/projects/"), 401)["detail"]
    assert ApiToken.objects.filter(last_used__isnull=False).count() == 1
