"""`/attention/`."""

import re

import pytest

from projects.history.revisions import create_revision
from projects.models import Entry, MonthlyReport, Programme, Rating
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


@pytest.mark.parametrize(("show", "count"), [("red", 2), ("yellow", 19), ("green", 9), ("none", 12), ("disagreed", 0)])
def test_one_light_can_be_looked_at(public_read, register, client, show, count):
    assert len(codes(opened(client, "/attention/", show=show))) == count


def test_figures_are_those_of_the_plan_to_date(public_read, register, client):
    text = opened(client, "/attention/", code="HN-EI-2023-36", lang="en").text
    for words in ("0.799", "1.029", "−0.230", "−11.2", "2.057", "38.8", "1 problem overdue"):
        assert words in text


def test_the_reason_and_measure_of_the_last_report_stand_beside(public_read, register, client):
    report = MonthlyReport.objects.get(entry=entry(), month=6)
    with create_revision():
        report.reason, report.measure, report.correction_reason = "machines are late", "two shifts", "told later"
        report.save()
    text = opened(client, "/attention/", lang="en").text
    assert "machines are late" in text
    assert "two shifts" in text


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
        ({"light": "blue", "words": "x"}, "Rating: Select a valid choice."),
        ({"light": "red", "words": " "}, "In words: This field is required."),
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
