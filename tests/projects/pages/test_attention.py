"""`/attention/`."""

import datetime as dt
import re

import pytest

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Plan, Programme, Project, Rating
from tests.pages import more_projects, opened, read

pytestmark = pytest.mark.django_db
FINDING = "2 red, 19 yellow, 9 green, 12 not rated at the end of June 2023."


def entry(code="HN-EI-2023-36"):
    return Entry.objects.get(project__code=code, programme__year=2023)


def codes(page):
    return [attributes["id"] for tag, attributes in page.elements if tag == "tr" and "id" in attributes]


def rate(client, **data):
    return client.post("/attention/?lang=en", {"entry": "HN-EI-2023-36"} | data)


def test_it_says_how_many_have_which_light(public_read, register, client):
    text = opened(client, "/attention/", lang="en").text
    assert FINDING in text
    assert (
        "Progress: yellow from 10 percentage points behind the pro-rata plan, red beyond 30 percentage points." in text
    )
    assert "Borrowed" in text
    assert "City of Yinchuan" in text


def test_rows_without_a_reason_are_counted_once(public_read, register, client):
    text = client.get("/attention/", {"lang": "en"}).content.decode()
    rows = re.findall(r'<tr id="HN-.*?</tr>', text, flags=re.DOTALL)
    silent = [row for row in rows if "no reason given" in row]
    assert len(rows) == 22
    assert 0 < len(silent) < 22  # the others have a problem on record
    sentence = f"{len(silent)} of these 22 projects give no reason or measure, and no problem of theirs is on record."
    assert sentence in text
    assert "No reason or rating on record." not in text


def test_a_reason_stands_as_on_the_overview_and_is_marked_as_chinese(public_read, register, client):
    reason = "拟用地块与国土空间规划不一致"
    html = client.get("/attention/", {"lang": "en"}).content.decode()
    assert re.search(rf'<span class="muted">\(in Chinese\)</span> <span lang="zh-Hans">[^<]*{reason}', html)
    assert "(in Chinese)" in opened(client, "/", lang="en").text
    assert "in Chinese" not in opened(client, "/attention/", lang="zh-hans").text


def test_a_green_project_says_why_it_is_listed(public_read, register, client):
    text = opened(client, "/attention/", lang="en").text
    assert "Listed because a problem is overdue" in text


def test_one_month_alone_is_not_rated_and_the_page_says_why(public_read, register, client):
    text = opened(client, "/attention/", month="2023-06", lang="en").text
    assert "so nothing is rated here. Choose January to a month." in text
    assert "at the end of June 2023" not in text
    assert codes(opened(client, "/attention/", month="2023-06", show="none")) != []
    for light in ("red", "yellow", "green"):
        assert codes(opened(client, "/attention/", month="2023-06", show=light)) == []
    assert "One month alone" not in opened(client, "/attention/", month="2023-01", lang="en").text


def test_the_worst_come_first_and_what_is_not_rated_last(public_read, register, client):
    shown = codes(opened(client, "/attention/", show="all"))
    assert len(shown) == 42
    assert shown[:3] == ["HN-EI-2023-21", "HN-EI-2023-40", "HN-EI-2023-20"]
    assert set(shown[-12:]) == {f"HN-EI-2023-{number:02}" for number in range(1, 13)}


def test_a_late_start_counts_for_the_order_even_when_nothing_else_is_known(public_read, register, client):
    """A light that is not known must not hide one that is."""
    with create_revision():
        Plan.objects.all().delete()
        project = Project.objects.get(code="HN-EI-2023-07")
        project.started = "2023-01"
        project.save()
        found = entry(project.code)
        found.basis, found.source = "reported", None
        found.save()
    page = opened(client, "/attention/", lang="en")
    assert "start was due 2023-01, 6 months without one" in page.text
    assert codes(page).index("HN-EI-2023-07") < codes(page).index("HN-EI-2023-20")


@pytest.mark.parametrize(("show", "count"), [("red", 2), ("yellow", 19), ("green", 9), ("none", 12), ("disagreed", 0)])
def test_one_light_can_be_looked_at(public_read, register, client, show, count):
    assert len(codes(opened(client, "/attention/", show=show))) == count


def test_figures_are_those_of_the_plan_to_date(public_read, register, client):
    text = opened(client, "/attention/", code="HN-EI-2023-36", lang="en").text
    for words in ("0.799", "1.029", "−0.230", "−11.2", "2.057", "38.8", "1 problem overdue"):
        assert words in text


def test_plans_that_differ_each_have_their_share(public_read, register, client):
    with create_revision():
        Plan(
            entry=entry(),
            kind="revised",
            amount=10**9,
            decided_on=dt.date(2023, 6, 1),
            reason="x",
            basis="illustrative",
        ).save()
    text = opened(client, "/attention/", code="HN-EI-2023-36", lang="en").text
    assert "2.057 Announced plan (rated by this one)" in text
    assert "Revised plan 1.000 79.9%" in text


def test_the_reason_and_measure_of_the_last_report_stand_beside(public_read, register, client):
    report = MonthlyReport.objects.get(entry=entry(), month=6)
    with create_revision():
        report.reason, report.measure, report.correction_reason = "machines are late", "two shifts", "told later"
        report.save()
    text = opened(client, "/attention/", lang="en").text
    assert "machines are late" in text
    assert "two shifts" in text


def test_a_reader_of_one_prefecture_sees_only_its_own(changsha_reader, client_of):
    shown = codes(opened(client_of(changsha_reader), "/attention/", show="all"))
    assert shown
    places = Project.objects.filter(code__in=shown).values_list("prefecture__adcode", flat=True)
    assert set(places) == {"430100"}


def test_the_province_adds_its_rating_where_it_reads(province, client_of):
    client = client_of(province)
    response = rate(client, light="green", words="it will catch up", author="7", rated_on="2001-01-01")
    assert response.status_code == 302
    assert response.url.endswith("#HN-EI-2023-36")
    rating = Rating.objects.get()
    assert (rating.author, rating.month, rating.light) == (province, 6, "green")
    assert rating.rated_on == Programme.objects.get(year=2023).today
    text = opened(client, "/attention/", lang="en").text
    assert "They disagree: the reviewer says green, the rule says yellow." in text
    assert "周敏 · 2023-08-07 · 0 days old" in text
    assert "it will catch up" in text


def test_the_public_sees_a_rating_without_its_author_and_words(public_read, province, client_of):
    with create_revision():
        Rating(entry=entry(), month=6, light="green", words="says 周敏", author=province).save()
    text = opened(client_of(None), "/attention/", lang="en").text
    assert "They disagree" in text
    assert "周敏" not in text


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"light": "", "words": "x"}, "Rating: This field is required."),
        ({"light": "blue", "words": "x"}, "Rating: Select a valid choice."),
        ({"light": "red", "words": " "}, "In words: This field is required."),
        ({"light": "red", "words": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_wrong_rating_is_told_at_its_field_and_kept(province, client_of, data, said):
    response = rate(client_of(province), **data)
    page = read(response.content)
    assert response.status_code == 422
    assert said in page.text
    assert [attributes for _tag, attributes in page.elements if attributes.get("aria-invalid") == "true"]
    assert not Rating.objects.exists()


@pytest.mark.permission
def test_nobody_else_adds_a_rating(
    public_read, changsha_writer, changsha_reader, analyst, administrator, stranger, client_of
):
    for user in (changsha_writer, changsha_reader, analyst, administrator, stranger, None):
        client = client_of(user)
        data = {"entry": "HN-EI-2023-38", "light": "red", "words": "x"}
        assert client.post("/attention/", data).status_code == 403
        assert "textarea" not in [tag for tag, _attributes in opened(client, "/attention/").elements]
    assert not Rating.objects.exists()


def test_an_entry_that_there_is_not_cannot_be_rated(province, client_of):
    assert rate(client_of(province), entry="HN-EI-2023-99", light="red", words="x").status_code == 404
    assert rate(client_of(province), entry="\x00", light="red", words="x").status_code == 404


def test_it_goes_by_pages_that_say_which_of_how_many(province, client_of):
    """What is shown grows no more with the list."""
    more_projects(60)
    client = client_of(province)
    first, last = (opened(client, "/attention/", show="all", lang="en", page=str(number)) for number in (1, 3))
    shown = [*codes(first), *codes(opened(client, "/attention/", show="all", page="2")), *codes(last)]
    assert "1 to 50 of 102" in first.text
    assert "101 to 102 of 102" in last.text
    assert len(codes(first)) == 50
    assert len(codes(last)) == 2
    assert len(shown) == len(set(shown)) == 102
    assert "pager" not in opened(client, "/attention/", show="red", lang="en").text
    assert [each.href for each in first.anchors if "page=2" in each.href]
    assert client.get("/attention/?show=all&page=4").status_code == 400
    assert client.get("/attention/?show=all&page=0").status_code == 400


def test_who_rates_an_entry_of_a_later_page_comes_back_to_it(province, client_of):
    more_projects(60)
    client = client_of(province)
    code = codes(opened(client, "/attention/", show="all", page="2"))[10]
    response = rate(client, entry=code, light="red", words="stands still")
    assert response.status_code == 302
    assert "page=2" in response.url
    assert code in codes(read(client.get(response.url).content))
    wrong = rate(client, entry=code, light="red", words="")
    assert code in codes(read(wrong.content))
    assert code not in codes(opened(client, "/attention/"))[:1]
