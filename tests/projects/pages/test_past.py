"""`as_of` on every page: the register as it was known, recognisably so, and nothing to be changed there."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

from projects.models import Project, Revision
from tests.pages import PATHS

pytestmark = pytest.mark.django_db

MONITORING = ["/attention/", "/attention/?show=all", "/rounds/", "/problems/", "/milestones/", "/league/", "/forecast/"]
SAYING_NO_DAY = list(dict.fromkeys([*PATHS, *MONITORING, "/changes/"]))
PAGES = [*SAYING_NO_DAY, "/figures/disbursed/", "/figures/total_investment/", "/compare/?since=r1"]
PRESENT_ONLY = re.compile(
    r"^/(tasks/|rounds/(now|\d{4}-\d\d)/|review/|webhooks/|tokens/|login/|logout/|admin/|api/|static/)"
)


# what is there to look at another day, and at today
MENU_OF_DAYS = re.compile(r'<details class="menu pickm"[^>]*>(?:(?!</details>).)*name="as_of".*?</details>', re.DOTALL)


def with_as_of(path, text):
    return f"{path}{'&' if '?' in path else '?'}as_of={text}"


class Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.hrefs, self.posting = [], []
        self.feed(MENU_OF_DAYS.sub("", page))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "a":
            self.hrefs.append(attributes.get("href") or "")
        if tag == "form" and attributes.get("method", "get").lower() == "post":
            self.posting.append(attributes.get("action", ""))


def without_frame(response):
    """What a page says, without its frame, notice of the past, and the parameter itself."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r'<div class="note past".*?</div>|<input type="hidden" name="as_of"[^>]*>', "", main, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"(&amp;|\?)as_of=r\d+(&amp;)?", lambda m: m[1] if m[2] else "", main))


@pytest.mark.parametrize("path", SAYING_NO_DAY)
def test_as_of_the_newest_revision_a_page_says_what_it_says_now(path, analyst, client_of):
    browser, newest = client_of(analyst), Revision.objects.newest_number()
    now, then = browser.get(path), browser.get(with_as_of(path, f"r{newest}"))
    assert (now.status_code, then.status_code) == (200, 200)
    assert without_frame(then) == without_frame(now)


@pytest.mark.no_database
@pytest.mark.parametrize("path", PAGES)
def test_in_the_past_links_stay_there_and_nothing_can_be_posted(path, province, client_of):
    newest = Revision.objects.newest_number()
    response = client_of(province).get(with_as_of(path, f"r{newest}"))
    links = Links(response.content.decode())
    own = [href for href in links.hrefs if href.startswith(("/", "?")) and not PRESENT_ONLY.match(href)]
    # a page that compares two states leads to both
    states = {f"r{newest}", *parse_qs(urlsplit(path).query).get("since", [])}
    away = [href for href in own if not states.intersection(parse_qs(urlsplit(href).query).get("as_of", []))]
    assert away == [response.context["present_url"]]
    assert links.posting == ["/logout/"]
    assert "note past" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/sectors/", "/prefectures/", "/programmes/", "/projects/", "/about/", *MONITORING]
)
def test_before_anything_was_recorded_each_page_says_so(path, province, client_of):
    response = client_of(province).get(with_as_of(path, "2023-05-01"))
    assert response.status_code == 200
    assert "2023-05-01" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/projects/HN-EI-2023-13/", "/programmes/2023/", "/sectors/new-display/", "/prefectures/430100/"]
)
def test_what_was_not_there_yet_is_not_found(path, province, client_of):
    assert client_of(province).get(with_as_of(path, "2023-05-01")).status_code == 404


def test_a_figure_that_was_changed_is_shown_as_it_was(province, client_of):
    newest, project = Revision.objects.newest_number(), Project.objects.get(code="HN-EI-2023-13")
    before = project.total_investment
    project.total_investment = before + 10**9
    project.save()
    browser = client_of(province)
    for path in ("/", "/projects/"):
        now = browser.get(path).content.decode()
        then = browser.get(with_as_of(path, f"r{newest}")).content.decode()
        assert f'data-value="{138_500_000_000 + 10**9}"' in now
        assert 'data-value="138500000000"' in then


def test_a_record_that_is_gone_is_shown_as_it_was(province, client_of):
    fresh = Project.objects.get(code="HN-EI-2023-13")
    fresh.pk, fresh.code, fresh._stored, fresh._state.adding = None, "HN-EI-2023-99", None, True
    fresh.save()
    newest = Revision.objects.newest_number()
    fresh.delete()
    browser = client_of(province)
    assert browser.get("/projects/HN-EI-2023-99/").status_code == 404
    assert browser.get(f"/projects/HN-EI-2023-99/?as_of=r{newest}").status_code == 200


@pytest.mark.no_database
@pytest.mark.parametrize(
    "path", ["/tasks/", "/review/", "/rounds/2023-07/", "/rounds/now/", "/webhooks/", "/webhooks/1/"]
)
def test_a_page_of_work_has_no_past(path, province, client_of):
    assert client_of(province).get(f"{path}?as_of=r1").status_code == 400


@pytest.mark.parametrize("path", ["/attention/", "/problems/add/"])
def test_nothing_is_posted_into_the_past(path, province, client_of):
    number = Revision.objects.newest_number()
    assert client_of(province).post(f"{path}?as_of=r1", {"entry": "HN-EI-2023-13", "light": "red"}).status_code == 400
    assert Revision.objects.newest_number() == number


def test_rows_of_another_prefecture_stay_hidden_in_the_past(changsha_writer, client_of):
    newest = Revision.objects.newest_number()
    other = Project.objects.exclude(prefecture__adcode="430100").first()
    assert client_of(changsha_writer).get(f"/projects/{other.code}/?as_of=r{newest}").status_code == 404


def test_what_was_known_on_neither_day_is_no_difference_of_zero(public_read, register, client):
    content = client.get("/compare/?since=r1&lang=en").content.decode()
    (cell,) = re.findall(r'data-difference="enterprises_attracted">(.*?)</td>', content, re.DOTALL)
    assert "—" in cell
    (cell,) = re.findall(r'data-difference="total_investment">(.*?)</td>', content, re.DOTALL)
    assert ">0.00</a>" in cell
    figure = client.get("/figures/enterprises_attracted/?since=r1&lang=en").content.decode()
    assert '<td class="r">0</td>' not in figure
