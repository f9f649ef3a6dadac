"""Who sees what of a site that is open: a bureau as much as the public of the whole province, and its own part as before.

`reach=own` is the own part; without it pages are of the whole province, with nothing that the public is not told.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from projects.choices import Role
from projects.history.revisions import create_revision
from projects.models import Note, Problem, Project, Revision
from projects.workflows import reporting
from tests.pages import PATHS, Page, opened, read
from tests.people import CHANGSHA, ZHUZHOU, person
from tests.projects.models.reports_made import CHANGSHA_CODE, ZHUZHOU_CODE, drafted, entry_of, submitted
from tests.projects.workflows.proposals_made import proposed

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]
WORD = "绝密"
OPEN = "programme=2023&through=2023-07"
PEOPLE = {
    "public": None,
    "stranger": (None, None),
    "writer": (Role.PREFECTURE_WRITER, CHANGSHA),
    "analyst": (Role.ANALYST, None),
    "province": (Role.PROVINCE, None),
}
# person -> projects of a list, and of the own part of it, on a site that is open and on one that is not; None: sign in
ROWS: dict[str, tuple[tuple[int, int], tuple[int | None, int | None]]] = {
    "public": ((42, 42), (None, None)),
    "stranger": ((42, 42), (0, 0)),
    "writer": ((42, 13), (13, 13)),
    "analyst": ((42, 42), (42, 42)),
    "province": ((42, 42), (42, 42)),
}
LISTS = (
    "/projects/",
    "/attention/",
    "/problems/",
    "/milestones/",
    "/rounds/",
    "/league/",
    "/prefectures/",
    "/changes/",
)
FILES = [f"{path}?{OPEN}&format=csv" for path in LISTS] + [
    "/figures/disbursed/?format=csv",
    "/compare/?since=r1&format=csv",
]
RECORDS = re.compile("/projects/.+|/problems/.+|/changes/.+")


@pytest.fixture
def browser(register, client_of):
    """The browser of one of `PEOPLE`, in English."""

    def browser_of(name: str) -> Client:
        rights = PEOPLE[name]
        return client_of(rights and person(name, *rights), headers={"Accept-Language": "en"})

    return browser_of


@pytest.fixture
def secrets(changsha_writer, zhuzhou_writer, province):
    """Drafts, reports that wait or were given back, notes and proposals of both bureaus."""
    for author, own, adcode in ((changsha_writer, CHANGSHA_CODE, CHANGSHA), (zhuzhou_writer, ZHUZHOU_CODE, ZHUZHOU)):
        others = Project.objects.filter(prefecture__adcode=adcode, entries__reports__isnull=False).exclude(code=own)
        code = others.order_by("code").values_list("code", flat=True).first()
        word = f"{WORD}{adcode}"
        with create_revision(user=author, reason=word):
            drafted(own, disbursed=77, progress=word, problems=word)
            Note(project=entry_of(own).project, programme=entry_of().programme, author=author, text=word).save()
            proposed(author, code=own, reason=word)
            if code:
                [report] = [submitted(author, code, disbursed=99, progress=word, contact=word)]
        if code:
            with create_revision(user=province):
                reporting.send_back([report], user=province, comment=word)


def body(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return b"".join(response.streaming_content) if response.streaming else response.content


def values(page: Page) -> list[tuple[str, str, str]]:
    """The numbers of a page, what they are of and where they lead."""
    return [
        (anchor.data.get("figure", ""), anchor.data["value"], anchor.href)
        for anchor in page.anchors
        if "value" in anchor.data
    ]


def switch(page: Page) -> dict[str, str]:
    """The choices of the switch in the bar, by their words."""
    asked = {anchor.text: anchor.href for anchor in page.anchors}
    return {name: asked[name] for name in ("Whole province", "Changsha only") if name in asked}


def is_work(path: str) -> bool:
    return bool(getattr(resolve(path).func, "is_work", False))


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("is_open", [True, False])
def test_a_list_has_the_rows_of_the_public_and_on_request_the_own(browser, settings, name, is_open):
    settings.PUBLIC_READ = is_open
    client = browser(name)
    for number, query in zip(ROWS[name][0 if is_open else 1], ({}, {"reach": "own"}), strict=True):
        response = client.get("/projects/", {"programme": "2023"} | query)
        if number is None:
            assert response.status_code == 302
            continue
        page = read(response.content)
        assert (page.value("project_count") or 0) == number
        assert bool(switch(page)) == (is_open and name == "writer")


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("is_open", [True, False])
def test_the_page_of_a_record_is_there_for_whoever_may_see_it_or_the_public(browser, settings, name, is_open):
    settings.PUBLIC_READ = is_open
    client = browser(name)
    reads = {CHANGSHA_CODE: is_open or name not in ("public", "stranger")}
    reads[ZHUZHOU_CODE] = is_open or name in ("analyst", "province")
    for code, is_there in reads.items():
        for path in (f"/projects/{code}/", f"/projects/{code}/reports/2023-06/", f"/projects/{code}/?reach=own"):
            missing = 302 if name == "public" else 404
            assert client.get(path).status_code == (200 if is_there else missing), path


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_whole_province_has_the_numbers_of_the_public_and_nothing_more(
    public_read, secrets, browser, path
):
    address = f"{path}{'&' if '?' in path else '?'}lang=en"
    public, own = opened(browser("public"), address), opened(browser("writer"), address)
    is_own_record = path.startswith(("/projects/HN-EI-2023-08", "/search/"))
    if not is_own_record:
        assert values(own) == values(public)
    assert f"{WORD}{ZHUZHOU}" not in own.text
    assert WORD not in public.text
    if not RECORDS.match(path) and path != "/search/?search=a":
        assert WORD not in own.text


def test_a_file_of_the_whole_province_is_that_of_the_public(public_read, secrets, browser):
    public, own = browser("public"), browser("writer")
    for path in FILES:
        assert body(own, path) == body(public, path), path


def test_drafts_and_notes_are_on_the_pages_of_the_own_records_alone(public_read, secrets, browser):
    client = browser("writer")
    for path in (f"/projects/{CHANGSHA_CODE}/", f"/projects/{CHANGSHA_CODE}/reports/2023-07/"):
        assert f"{WORD}{CHANGSHA}" in body(client, path).decode()
    assert WORD not in body(client, f"/projects/{ZHUZHOU_CODE}/").decode()
    assert client.get(f"/projects/{ZHUZHOU_CODE}/reports/2023-07/").status_code == 404
    own = Revision.objects.get(reason=f"{WORD}{CHANGSHA}").number
    other = Revision.objects.get(reason=f"{WORD}{ZHUZHOU}").number
    assert WORD in body(client, f"/changes/{own}/").decode()
    assert client.get(f"/changes/{other}/").status_code == 404
    assert WORD in body(client, "/changes/?reach=own").decode()


def test_the_own_part_is_what_it_was_on_a_site_that_is_not_open(secrets, browser, settings):
    client = browser("writer")
    for path in LISTS:
        settings.PUBLIC_READ = False
        before = values(opened(client, path, lang="en", programme="2023"))
        settings.PUBLIC_READ = True
        after = values(opened(client, path, lang="en", programme="2023", reach="own"))
        assert [number[:2] for number in after] == [number[:2] for number in before], path


def test_every_link_keeps_the_choice(public_read, browser):
    client = browser("writer")
    elsewhere = ("/projects/HN-EI-2023-08/", "/projects/HN-EI-2023-13/")  # of which the own part has nothing
    for path in (*(path for path in PATHS if not path.startswith(elsewhere)), f"/projects/{CHANGSHA_CODE}/"):
        page = opened(client, path, reach="own", lang="en")
        for anchor in page.anchors:
            parts = urlsplit(anchor.href)
            is_page = (
                not parts.scheme
                and parts.path.startswith("/")
                and not parts.path.startswith(("/admin", "/static", "/api", "/log"))
            )
            if is_page and anchor.text != "Whole province" and not is_work(parts.path):
                assert parse_qs(parts.query).get("reach") == ["own"] or RECORDS.match(parts.path), (path, anchor)
        for tag, attributes in page.elements:
            if tag == "form" and attributes.get("method") == "get" and RECORDS.match(path) is None:
                assert ("input", {"type": "hidden", "name": "reach", "value": "own"}) in page.elements, (
                    path,
                    attributes,
                )


def test_the_switch_leads_to_the_same_page(public_read, browser):
    client = browser("writer")
    page = opened(client, "/attention/", programme="2023", sort="-gap", lang="en")
    choices = switch(page)
    assert parse_qs(urlsplit(choices["Changsha only"]).query) == {
        "programme": ["2023"],
        "sort": ["-gap"],
        "reach": ["own"],
    }
    back = switch(opened(client, choices["Changsha only"]))
    assert parse_qs(urlsplit(back["Whole province"]).query) == {"programme": ["2023"], "sort": ["-gap"]}


def test_work_follows_the_grant_and_its_numbers_open_to_the_own_part(public_read, browser):
    client = browser("writer")
    page = opened(client, "/tasks/", lang="en", programme="2023")
    assert page.figures()
    for number in page.figures():
        assert "reach=own" in number.href
        assert number.text in opened(client, number.href).text, number
    hrefs = {anchor.text: anchor.href for anchor in page.anchors}
    assert "reach" not in hrefs["Overview"]
    assert "reach" not in hrefs["Overview of the whole list"]
    assert not [anchor for anchor in page.anchors if "reach" in anchor.href and is_work(urlsplit(anchor.href).path)]
    assert client.get("/rounds/2023-07/").status_code == 200
    api = client.get("/api/v1/projects/").json()
    assert api["count"] == 13


def test_a_bureau_still_edits_its_own_records_in_the_list_of_all(public_read, browser):
    problem = Problem.objects.filter(project__prefecture__adcode=CHANGSHA).first()
    other = Problem.objects.exclude(project__prefecture__adcode=CHANGSHA).first()
    page = body(browser("writer"), "/problems/?state=all").decode()
    assert f"/problems/{problem.pk}/" in page
    assert f"/problems/{other.pk}/" not in page
    assert f"problem-{other.pk}" in page


def test_search_has_the_own_first_and_then_what_is_public_of_the_others(public_read, secrets, browser):
    client = browser("writer")
    page = opened(client, "/search/", search="HN-EI", programme="2023")
    assert page.text.index("Projects: Changsha 13") < page.text.index("Projects: elsewhere in the province 29")
    lists = [opened(client, anchor.href) for anchor in page.anchors if anchor.text.endswith(" in the list")]
    assert [found.value("project_count") for found in lists] == [13, 29]
    alone = opened(client, "/search/", search="HN-EI", programme="2023", prefecture=ZHUZHOU)
    assert "Projects: Changsha" not in alone.text
    assert "Projects: elsewhere in the province" in alone.text
    found = opened(client, "/search/", search=WORD).text
    assert f"{WORD}{CHANGSHA}" in found
    assert f"{WORD}{ZHUZHOU}" not in found


def test_nothing_that_a_browser_keeps_is_taken_for_the_other_reach(public_read, browser):
    client = browser("writer")
    client.get("/projects/")  # which gives it the cookie of forms, by which tags differ
    tags = [client.get("/projects/", query)["ETag"] for query in ({}, {"reach": "own"})]
    assert tags[0] != tags[1]
    assert "Cookie" in client.get("/projects/")["Vary"]
    assert client.get("/projects/", headers={"If-None-Match": tags[0]}).status_code == 304
    assert client.get("/projects/", {"reach": "own"}, headers={"If-None-Match": tags[0]}).status_code == 200
    assert browser("public").get("/projects/", headers={"If-None-Match": tags[0]}).status_code == 200
