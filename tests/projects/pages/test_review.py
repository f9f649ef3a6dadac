"""`/review/`: the province's queue."""

import pytest

from projects.choices import ReportState
from projects.history.digests import digest_of
from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.pages import opened, read
from tests.people import person
from tests.projects.models.reports_made import today_is, total_is

from .rounds import entries, july, report, submitted
from .tables_seen import body_of, files_on, rows_in

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

PATH = "/review/"


def codes(page):
    return [anchor.href.split("/")[2] for anchor in page.anchors if anchor.href.startswith("/projects/HN-")]


def act(client, reports, action="approve", path=PATH, **more):
    stored = [MonthlyReport.objects.get(pk=each.pk) for each in reports]
    chosen = [f"{each.pk}:{digest_of(each)}" for each in stored]
    return client.post(path, {"report": chosen, "action": action} | more)


def boxes(page):
    return [attributes for tag, attributes in page.elements if tag == "input" and attributes.get("name") == "report"]


def test_what_waits_stands_against_last_month_and_its_plan(changsha_writer, province, client_of):
    entry = next(each for each in entries() if each.project.code == "HN-EI-2023-24")
    submitted(changsha_writer, [entry], 145_000_000)
    page = opened(client_of(province), PATH)
    assert codes(page) == ["HN-EI-2023-24"]
    for said in ("1.04", "1.45", "+0.41", "195", "5.75", "64.6", "+6.2"):
        assert said in page.text
    assert "1 个市州报送 1 项，合计 1.45 亿元。" in page.text


def test_the_biggest_change_comes_first(changsha_writer, province, client_of):
    first, second, third = entries()[1:4]
    last = {each: MonthlyReport.objects.get(entry=each, month=6).disbursed for each in (first, second, third)}
    reporting.submit(
        [
            report(first, last[first] + 1_000_000),
            report(second, last[second] - 50_000_000),
            report(third, last[third] + 20_000_000),
        ],
        user=changsha_writer,
    )
    assert codes(opened(client_of(province), PATH)) == [each.project.code for each in (second, third, first)]


def test_those_with_hints_can_be_shown_alone(plausible, changsha_writer, province, client_of):
    quiet, loud = entries()[1:3]
    usual = sorted(MonthlyReport.objects.filter(entry=quiet).values_list("disbursed", flat=True))[3]
    reporting.submit([report(quiet, usual), report(loud, 300_000_000)], user=changsha_writer)
    page = opened(client_of(province), PATH, hints="1", lang="en")
    assert codes(page) == [loud.project.code]
    assert "far from the months before" in page.text


def test_the_light_before_and_after_stand_side_by_side(changsha_writer, province, client_of):
    entry = entries()[0]  # nothing disbursed until June: red
    plan = entry.planned_disbursement
    submitted(changsha_writer, [entry], plan * 7 // 12)
    assert "red → green" in " ".join(opened(client_of(province), PATH, lang="en").text.split())


def test_the_bar_says_what_the_total_becomes(changsha_writer, province, client_of):
    submitted(changsha_writer, entries()[:2], 100_000_000)
    text = opened(client_of(province), PATH).text
    assert "由 158.90 变为 158.90" in text
    assert "2 项全部通过为 160.90" in text


def test_many_are_approved_at_once_and_counted(changsha_writer, province, client_of):
    reports = submitted(changsha_writer, entries()[:2], 100_000_000)
    client = client_of(province)
    assert act(client, reports).url == f"{PATH}?month=2023-07"
    assert {july(entry).state for entry in entries()[:2]} == {ReportState.APPROVED}
    assert july(entries()[0]).approved_by == province
    assert "审核通过 2 项" in opened(client, PATH).text
    assert opened(client, "/projects/", through="2023-07").value("disbursed") == 16_090_000_000


def test_many_are_returned_with_a_comment(changsha_writer, province, client_of):
    reports = submitted(changsha_writer, entries()[:2])
    act(client_of(province), reports, "return", comment="please say why")
    assert {(july(entry).state, july(entry).comment) for entry in entries()[:2]} == {("returned", "please say why")}


@pytest.mark.parametrize("comment", ["  ", "x\x00y"])
def test_a_return_without_a_comment_that_can_be_stored_keeps_what_was_chosen(
    comment, changsha_writer, province, client_of
):
    first, _second = submitted(changsha_writer, entries()[:2])
    page = read(act(client_of(province), [first], "return", comment=comment).content)
    assert july(entries()[0]).state == ReportState.SUBMITTED
    assert [each["value"].partition(":")[0] for each in boxes(page) if "checked" in each] == [str(first.pk)]
    assert "#comment" in [anchor.href for anchor in page.anchors]


def test_it_is_all_or_nothing_and_says_who_was_faster(changsha_writer, province, client_of):
    first, second = submitted(changsha_writer, entries()[:2])
    other = person("province-2", "province", last_name="吴", first_name="桐")
    reporting.approve([first], user=other)
    response = act(client_of(province), [first, second], comment="my words")
    page = read(response.content)
    assert response.status_code == 409
    assert july(entries()[1]).state == ReportState.SUBMITTED
    assert "吴桐" in page.text
    assert entries()[0].project.name in page.text
    assert "my words" in page.text
    assert [each["value"].partition(":")[0] for each in boxes(page) if "checked" in each] == [str(second.pk)]


def test_what_is_more_than_its_project_by_now_is_named_and_can_be_returned(changsha_writer, province, client_of):
    first, _second = submitted(changsha_writer, entries()[:2])
    total_is(9_000_000, code=entries()[0].project.code)
    client = client_of(province)
    text = read(act(client, [first], path=f"{PATH}?lang=en").content).text
    assert f"{entries()[0].project.name_en}: 10,000,000 CNY (0.01 billion CNY) in one month is more than" in text
    assert july(entries()[0]).state == ReportState.SUBMITTED
    assert act(client, [first], "return", comment="smaller").status_code == 302
    assert july(entries()[0]).state == ReportState.RETURNED


def test_what_was_changed_after_it_was_looked_at_is_not_approved(changsha_writer, province, client_of):
    first, second = submitted(changsha_writer, entries()[:2])
    client = client_of(province)
    shown = [each["value"] for each in boxes(opened(client, PATH))]
    [draft] = reporting.withdraw([first], user=changsha_writer)
    draft.disbursed += 1
    draft.save()
    reporting.submit([draft], user=changsha_writer)
    for sent in (shown, [str(each.pk) for each in (first, second)]):
        response = client.post(f"{PATH}?lang=en", {"report": sent, "action": "approve", "comment": "my words"})
        page = read(response.content)
        assert response.status_code == 409
        assert entries()[0].project.name_en in page.text
        assert "my words" in page.text
        assert {july(entry).state for entry in entries()[:2]} == {ReportState.SUBMITTED}
    assert act(client, [first, second]).status_code == 302
    assert july(entries()[0]).state == ReportState.APPROVED


@pytest.mark.permission
def test_nobody_approves_what_they_submitted(province, client_of):
    (own,) = submitted(province, entries()[:1])
    client = client_of(province)
    page = opened(client, PATH, lang="en")
    assert ["disabled" in each for each in boxes(page)] == [True]
    assert "another person approves it" in page.text
    response = act(client, [own])
    assert response.status_code == 200
    assert july(entries()[0]).state == ReportState.SUBMITTED


@pytest.mark.parametrize("data", [{}, {"report": "x", "action": "approve"}, {"report": "999999", "action": "approve"}])
def test_a_forged_form_does_nothing(changsha_writer, province, client_of, data):
    reports = submitted(changsha_writer, entries()[:1])
    client = client_of(province)
    assert client.post(PATH, data).status_code == 200
    assert act(client, reports, "delete").status_code == 200
    assert july(entries()[0]).state == ReportState.SUBMITTED


def test_one_is_returned_where_it_is_opened(changsha_writer, province, client_of):
    entry = entries()[0]
    reports = submitted(changsha_writer, [entry])
    path = f"{PATH}?open={entry.project.code}"
    page = read(act(client_of(province), reports, "return", path=path, alone="1", comment="").content)
    assert "#why" in [anchor.href for anchor in page.anchors]
    act(client_of(province), reports, "return", path=path, alone="1", comment="look again")
    assert july(entry).comment == "look again"


@pytest.mark.parametrize("code", ["\x00", "HN-EI-2023-13"])
def test_a_report_that_does_not_wait_is_not_opened(changsha_writer, province, client_of, code):
    submitted(changsha_writer, entries()[:1])
    assert "this submission" not in opened(client_of(province), PATH, open=code, lang="en").text.lower()


def test_the_oldest_month_in_which_something_waits_comes_first(changsha_writer, province, client_of):
    client = client_of(province)
    assert "Waiting for review: July 2023" in opened(client, PATH, lang="en").text
    submitted(changsha_writer, entries()[:1])
    june = MonthlyReport.objects.get(entry=entries()[1], month=6)
    reporting.reopen([june], user=province, comment="count again")
    june.refresh_from_db()
    june.correction_reason = "counted again"
    june.reason, june.measure = "late", "two shifts"
    june.save()
    reporting.submit([june], user=changsha_writer)
    assert "Waiting for review: June 2023" in opened(client, PATH, lang="en").text
    reporting.withdraw([june], user=changsha_writer)
    page = opened(client, PATH, month="2023-06", lang="en")
    assert "No report of this month waits for review" in page.text
    assert "July 2023: 1 report" in page.text


def test_a_report_that_came_late_says_so(changsha_writer, province, client_of):
    today_is("2023-08-15")
    submitted(changsha_writer, entries()[:1])
    assert "submitted late" in opened(client_of(province), PATH, lang="en").text


@pytest.mark.parametrize("who", ["changsha_writer", "changsha_reader", "analyst", "administrator", "stranger"])
def test_only_the_province_reviews(public_read, who, request, changsha_writer, client_of):
    reports = submitted(changsha_writer, entries()[:1])
    client = client_of(request.getfixturevalue(who))
    assert client.get(PATH).status_code == 403
    assert act(client, reports).status_code == 403
    assert july(entries()[0]).state == ReportState.SUBMITTED
    assert client_of(None).get(PATH).status_code == 302


def test_the_queue_is_a_file_with_what_waits_and_its_sums(changsha_writer, province, client_of):
    """All of it in the unit of the page, whatever page of it is looked at, with no box to choose by."""
    chosen = entries()[:3]
    submitted(changsha_writer, chosen, 145_000_000)
    client = client_of(province)
    for unit, worth in (("large", 10**8), ("small", 10**4)):
        client.post(PATH, {"unit": unit})
        found = files_on(client, PATH)
        assert {form for _table, form in found} == {"xlsx", "csv"}
        head, *rows, total = rows_in(body_of(client, found["", "xlsx"]))
        assert {row[head.index("项目编号")] for row in rows} == {each.project.code for each in chosen}
        [now] = [place for place, label in enumerate(head) if label.startswith("7月")]
        assert [round(row[now] * worth) for row in rows] == [145_000_000] * 3
        assert total[0] == "合计"
        assert round(total[now] * worth) == 3 * 145_000_000
