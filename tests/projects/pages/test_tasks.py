"""`/tasks/`: what waits for whoever is signed in, each one click away, and the figures of the own projects."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from projects.history.revisions import create_revision
from projects.models import Entry, Programme, Round
from projects.monitoring.tasks import tasks_of
from projects.workflows import proposals, reporting
from projects.workflows.current_programme import choose
from tests.projects.july import set_today, stage
from tests.projects.models.reports_made import CHANGSHA_CODE, submitted
from tests.projects.workflows.proposals_made import proposed

pytestmark = pytest.mark.django_db

ENGLISH = {"lang": "en"}
SAID_TO = {
    "analyst": "You may read every project of the province",
    "changsha_reader": "You may read the projects of Changsha",
    "administrator": "You keep accounts and their roles",
}
PATH = "/tasks/"


def number_in_the_navigation(page: str) -> int:
    entry = (
        page.partition('<nav class="nav"')[2].partition("</nav>")[0].partition('href="/tasks/')[2].partition("</a>")[0]
    )
    found = re.search(r'<span class="n">(\d+)<', entry)
    return int(found[1]) if found else 0


def lines(page: str) -> list[str]:
    """The text of each line, without markup."""
    found = re.findall(r'<article class="task[^"]*">(.*?)</article>', page, flags=re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", each)).strip() for each in found]


def text_of(client, **query):
    response = client.get(PATH, ENGLISH | query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_bureau_reads_first_what_it_has_to_do_and_until_when(changsha_writer, client_of):
    page = text_of(client_of(changsha_writer))
    assert "<h1>Reports of July 2023, 3 days left: 7 not submitted</h1>" in page
    assert "Changsha, 2023: 7 of 13 projects report monthly; no report is needed of the other 6" in page
    assert lines(page)[0].startswith("7 July 2023: Reports not submitted yet")
    assert "due on 2023-08-10" in lines(page)[0]


def test_what_is_returned_comes_first_with_the_words_of_who_returned_it(changsha_writer, province, client_of):
    report = submitted(changsha_writer)
    reporting.send_back([report], user=province, comment="请核对7月数")
    page = text_of(client_of(changsha_writer))
    assert "1 returned, 6 not submitted" in page
    assert lines(page)[0].startswith("1 July 2023: Reports returned for correction")
    assert "“请核对7月数” (周敏" in lines(page)[0]
    assert 'href="/rounds/2023-07/?show=returned">Correct' in page


def test_the_province_reads_what_waits_for_review_and_who_is_outstanding(changsha_writer, province, client_of):
    submitted(changsha_writer)
    page = text_of(client_of(province))
    assert "1 waiting for review, 29 outstanding" in page
    assert '<span class="nw">2023-08-07</span>: 30 reports of July 2023 are due, 0 are approved.' in page
    assert lines(page)[0].startswith("1 July 2023: Reports waiting for review")
    assert 'href="/review/?month=2023-07">Review' in page
    row = re.search(r"<tr>\s*<th[^>]*>\s*<a[^>]*>Changsha.*?</tr>", page, flags=re.DOTALL)
    assert row
    assert re.findall(r">([\d,]+)<", row[0]) == ["7", "0", "1", "0", "6"]


def test_what_there_is_none_of_is_said_in_one_line(changsha_writer, client_of):
    page = text_of(client_of(changsha_writer))
    none = page.partition('<p class="doneline">')[2].partition("</p>")[0]
    assert "reports returned" in none
    assert "proposals answered" in none
    assert "reports due" not in none


def test_with_nothing_to_do_the_page_says_so(zhuzhou_writer, client_of):
    set_today(dt.date(2023, 1, 5))
    page = text_of(client_of(zhuzhou_writer))
    assert lines(page) == []
    assert page.count("Nothing waits for you") == 2  # the heading, and where the list would stand


@pytest.mark.parametrize("who", ["changsha_writer", "zhuzhou_writer", "province"])
def test_page_navigation_and_api_say_the_same_numbers(request, changsha_writer, province, client_of, who):
    reporting.send_back([submitted(changsha_writer)], user=province, comment="x")
    made = proposed(changsha_writer)
    if who == "changsha_writer":
        proposals.send_back(made, user=province, comment="x")
    user = request.getfixturevalue(who)
    client = client_of(user)
    page, answer = text_of(client), client.get("/api/v1/tasks/").json()
    assert [int(line.split()[0]) for line in lines(page)] == [each["number"] for each in answer["tasks"]]
    waiting = sum(each["number"] for each in answer["tasks"] if each["waits"])
    assert number_in_the_navigation(page) == answer["waiting"] == waiting == tasks_of(user).own_count > 0
    for path in ("/", "/projects/", "/about/", "/tokens/", "/?as_of=r1"):
        assert number_in_the_navigation(client.get(path).content.decode()) == waiting, path


@pytest.mark.no_database
def test_an_account_without_a_grant_is_told_whom_to_ask_and_for_what(stranger, client_of, settings):
    settings.HELP_CONTACT = "0731-88888888"
    page = text_of(client_of(stranger))
    assert "Your account has no role yet" in page
    assert "Ask an administrator to give your account, stranger, a role" in page
    assert "Whom to ask: 0731-88888888." in page
    assert lines(page) == []
    assert client_of(None).get(PATH).status_code == 302


@pytest.mark.no_database
@pytest.mark.parametrize("who", SAID_TO)
def test_who_only_reads_is_told_what_the_account_is_for(request, register, client_of, who):
    page = text_of(client_of(request.getfixturevalue(who)))
    assert "<h1>What you can do here</h1>" in page
    assert SAID_TO[who] in page
    assert ("ask an administrator to give your account" in page) == (who != "administrator")
    assert "no role yet" not in page
    here = page.partition("Where you begin")[2].partition("</p>")[0]
    for href in re.findall(r'href="([^"]+)"', here):
        assert client_of(request.getfixturevalue(who)).get(href).status_code == 200, href
    assert number_in_the_navigation(page) == 0


def test_the_figures_below_end_with_the_last_month_that_counts(changsha_writer, client_of):
    stage(6)
    page = text_of(client_of(changsha_writer))
    assert "January to June 2023" in page
    assert "−24.1" in page
    assert page.count('class="state draft"') == 7


def test_a_bureau_with_no_project_on_the_current_list_reads_of_those_of_its_newest(changsha_writer, client_of):
    before = text_of(client_of(changsha_writer))
    choose(Programme.objects.get(year=2024))
    page = text_of(client_of(changsha_writer))
    assert "7 of 13 projects report monthly" in page
    assert "0 projects" not in page
    cards = [text.partition('id="own"')[2].partition("</section>")[0] for text in (before, page)]
    assert cards[0]
    assert re.sub(r'href="[^"]*"', "", cards[0]) == re.sub(r'href="[^"]*"', "", cards[1])


@pytest.mark.parametrize("who", ["changsha_writer", "province", "analyst", "stranger", None])
def test_the_navigation_has_at_most_eight_entries_and_each_opens(request, public_read, register, client_of, who):
    user = request.getfixturevalue(who) if who else None
    client = client_of(user)
    nav = client.get("/", ENGLISH).content.decode().partition('<nav class="nav"')[2].partition("</nav>")[0]
    hrefs = re.findall(r'<a href="([^"]+)"', nav)
    assert len(hrefs) <= 8
    for href in hrefs:
        page = client.get(href, ENGLISH).content.decode()
        entry = re.search(rf'<a href="{re.escape(href)}"([^>]*)>', page.partition('<nav class="nav"')[2])
        assert entry, href
        assert 'aria-current="page"' in entry[1], href


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/rounds/2023-07/", "tasks"),
        ("/review/", "tasks"),
        ("/imports/", "tasks"),
        ("/league/", "attention"),
        ("/projects/HN-EI-2023-13/", "projects"),
        ("/changes/", "about"),
    ],
)
def test_each_page_is_under_one_entry_of_the_navigation(province, client_of, path, entry):
    page = client_of(province).get(path).content.decode()
    nav = page.partition('<nav class="nav"')[2].partition("</nav>")[0]
    here = re.findall(r'<a href="([^"?]+)[^"]*" aria-current="(\w+)"', nav)
    assert [(resolve(urlsplit(href).path).url_name, state) for href, state in here] == [(entry, "true")]


def test_the_overview_of_who_has_tasks_begins_with_theirs(changsha_writer, analyst, client_of):
    client = client_of(changsha_writer)
    main = client.get("/", ENGLISH).content.decode().partition("<main")[2]
    before = main.partition("<h1")[0]
    link = '<a href="/rounds/2023-07/?show=not-submitted">reports due: 7 (<span class="nw">2023-08-10</span>)</a>'
    assert link in before
    assert "milestones overdue: 1" in before
    for other in ("/sectors/", "/?programme=2023", "/?through=2023-03"):
        assert 'class="mine"' not in client.get(other).content.decode(), other
    assert 'class="mine"' not in client_of(analyst).get("/").content.decode()


def test_the_name_of_the_site_leads_each_to_the_first_page(changsha_writer, analyst, client_of, public_read):
    for user, home in ((changsha_writer, "/tasks/"), (analyst, "/"), (None, "/")):
        page = client_of(user).get("/about/").content.decode()
        assert f'<a class="brand" href="{home}">' in page


def test_after_the_closing_day_no_sentence_denies_what_is_overdue(changsha_writer, province, client_of):
    stage(28, closed=True)
    page = text_of(client_of(province))
    assert [line for line in lines(page) if line.startswith("2 July 2023: Reports outstanding")]
    assert "reports outstanding" not in page.partition('<p class="doneline">')[2].partition("</p>")[0]
    stage(0, closed=True)
    for user in (changsha_writer, province):
        lede = text_of(client_of(user)).partition('<p class="lede">')[2].partition("</p>")[0]
        assert lede == "No month of 2023 is open; missing reports of closed months can still be submitted."


@pytest.fixture
def round_of_2024(register):
    """A round of another year that runs, of one project of Changsha."""
    programme, day = Programme.objects.get(year=2024), dt.date(2024, 2, 10)
    with create_revision():
        programme.reporting_day = dt.date(2024, 2, 5)
        programme.save()
        project = Entry.objects.get(project__code=CHANGSHA_CODE, programme__year=2023).project
        Entry(project=project, programme=programme, planned_disbursement=10**9, basis="illustrative").save()
        Round(programme=programme, month=1, opens=dt.date(2024, 2, 1), due=day, closes=dt.date(2024, 2, 20)).save()


def test_tasks_of_two_years_stand_under_their_year(round_of_2024, changsha_writer, province, client_of):
    for user in (changsha_writer, province):
        page = text_of(client_of(user))
        assert "<h1>My tasks</h1>" in page
        assert '<p class="lede">' not in page
        texts = page.partition("<main")[2]
        places = [texts.index(text) for text in ("Tasks of 2023", "July 2023:", "Tasks of 2024", "January 2024:")]
        assert places == sorted(places)
    [july, january] = [line for line in lines(page) if "Reports outstanding" in line]
    assert "Changsha 7" in july
    assert "Changsha 1" in january
