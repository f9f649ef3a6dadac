"""`/review/?open=…`: one report whole, decided beside the queue."""

import pytest

from projects.models import MonthlyReport
from projects.workflows import reporting
from tests.pages import opened

from .rounds import entries, july, submitted
from .test_review import PATH, act, codes

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def test_a_report_that_comes_again_is_shown_whole_beside_its_last_submission(changsha_writer, province, client_of):
    entry = entries()[0]
    (first,) = submitted(changsha_writer, [entry], 184_000_000)
    client = client_of(province)
    once = opened(client, PATH, open=entry.project.code, lang="en")
    assert "first submission" in once.text
    assert "the machines came late" in once.text
    reporting.send_back([first], user=province, comment="that was June")
    again = july(entry)
    again.disbursed, again.stage = 247_000_000, "structure"
    again.save()
    reporting.submit([again], user=changsha_writer)
    page = opened(client, PATH, open=entry.project.code, lang="zh-hans")
    told = page.text[page.text.index("与上次报送相比") :]
    assert "1.84" in told
    assert "2.47" in told
    assert "主体施工" in told
    assert "that was June" in told
    assert "李湘" in told
    assert told.count("the machines came late") == 2  # what did not change stands there too, then and now
    assert "退回后再报" in page.text
    assert "7月完成由1.84改为2.47 亿元" in page.text.replace("\n", "")
    tags = [tag for tag, _attributes in page.elements]
    changed = [attributes for tag, attributes in page.elements if tag == "tr" and attributes.get("class") == "chg"]
    assert len(changed) == page.text.count("改了\n") or len(changed) == told.count("改了")
    assert tags.count("ins") == len(changed)


def waiting_codes(client):
    return codes(opened(client, PATH))


def test_what_is_decided_leads_to_the_next_of_the_queue(changsha_writer, province, client_of):
    chosen = entries()[:3]
    for number, entry in enumerate(chosen, start=1):
        submitted(changsha_writer, [entry], 150_000_000 * number)
    client = client_of(province)
    order = waiting_codes(client)
    by_code = {each.project.code: july(each) for each in chosen}
    path = f"{PATH}?open={order[0]}"
    answer = act(client, [by_code[order[0]]], path=path, alone="1")
    assert answer.url == f"{PATH}?month=2023-07&open={order[1]}"
    answer = act(client, [by_code[order[1]]], "return", path=answer.url, alone="1", comment="look again")
    assert answer.url == f"{PATH}?month=2023-07&open={order[2]}"
    answer = act(client, [by_code[order[2]]], path=answer.url, alone="1")
    assert answer.url == f"{PATH}?month=2023-07"
    assert [by_code[code].state for code in order] == ["submitted"] * 3  # as they were read
    assert [MonthlyReport.objects.get(pk=by_code[code].pk).state for code in order] == [
        "approved",
        "returned",
        "approved",
    ]


def test_the_one_opened_leads_to_those_before_and_after_it_and_has_one_box_and_one_button_of_each(
    changsha_writer, province, client_of
):
    for number, entry in enumerate(entries()[:3], start=1):
        submitted(changsha_writer, [entry], 150_000_000 * number)
    client = client_of(province)
    order = waiting_codes(client)
    page = opened(client, PATH, open=order[1], lang="en")
    steps = {anchor.data["key"]: anchor.href for anchor in page.anchors if "key" in anchor.data}
    assert (steps["k"], steps["j"]) == (f"{PATH}?open={order[0]}", f"{PATH}?open={order[2]}")
    assert "2 of 3 that wait" in page.text
    assert len([tag for tag, _attributes in page.elements if tag == "textarea"]) == 1
    buttons = [attributes["value"] for tag, attributes in page.elements if attributes.get("name") == "action"]
    assert buttons == ["return", "approve"]
    assert not [
        each
        for tag, each in page.elements
        if tag == "input" and each.get("name") == "report" and each.get("type") == "checkbox"
    ]


def test_what_approving_does_is_said_in_figures_before_the_button(changsha_writer, province, client_of):
    submitted(changsha_writer, entries()[:1], 200_000_000)
    text = opened(client_of(province), PATH, open=entries()[0].project.code, lang="en").text
    assert "After approval: 1 of 30 reports of July are approved, 0 now." in text
    assert "The total of January to July goes from 15.890 to 16.090 billion CNY." in text
    assert "Pages stay with January to June until July is complete." in text


def test_words_with_an_approval_are_part_of_the_exchange(changsha_writer, province, client_of):
    entry = entries()[0]
    reports = submitted(changsha_writer, [entry])
    act(client_of(province), reports, path=f"{PATH}?open={entry.project.code}", alone="1", comment="well explained")
    text = opened(client_of(changsha_writer), f"/projects/{entry.project.code}/reports/2023-07/").text
    assert "well explained" in text


def test_each_decision_says_what_happens_next(changsha_writer, province, client_of):
    first, second = submitted(changsha_writer, entries()[:2])
    client = client_of(province)
    act(client, [first], path=f"{PATH}?lang=en")
    assert "Totals count the amounts from now on" in opened(client, PATH, lang="en").text
    act(client, [second], "return", comment="say why")
    assert "The prefecture finds your comment among its tasks" in opened(client, PATH, lang="en").text


def test_what_was_approved_is_named_and_leads_to_where_it_is_given_back(changsha_writer, province, client_of):
    first, second = entries()[:2]
    reports = submitted(changsha_writer, [first, second])
    client = client_of(province)
    path = f"{PATH}?open={first.project.code}"
    opened(client, path, lang="en")
    page = opened(client, act(client, reports[:1], path=path, alone="1").url)
    address = f"/projects/{first.project.code}/reports/2023-07/"
    [named] = [each for each in page.anchors if each.href.startswith(f"{address}?") or each.href == address]
    assert "July 2023" in named.text
    [back] = [each for each in page.anchors if each.href.startswith(f"{address}reopen/")]
    assert "Reopen it" in back.text
    assert opened(client, back.href).text.count(first.project.code)
    # what was returned is named, and is taken back by nobody but the prefecture
    page = opened(client, act(client, reports[1:], "return", path=path, alone="1", comment="again").url)
    address = f"/projects/{second.project.code}/reports/2023-07/"
    assert [each for each in page.anchors if each.href.startswith(address) and "July 2023" in each.text]
    assert not [each for each in page.anchors if each.href.startswith(f"{address}reopen/")]
