"""What a letter is like: its language, whom it greets, when it asks sharply, and who signs it."""

from __future__ import annotations

import pytest

from tests.projects.models.reports_made import today_is

from .test_reminders import run


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("language", "subject", "links"),
    [
        ("", "报送提醒：2023年7月月报距报送期限还有 3 天（2023-08-10）", 2),
        ("en", "Reminder: monthly report of July 2023 due in 3 days (2023-08-10)", 1),
    ],
)
def test_a_letter_is_in_the_language_of_its_reader(language, subject, links, reached, changsha_writer, settings):
    settings.SITE_URL = "https://monitor.example.org/"
    changsha_writer.language = language
    changsha_writer.save()
    letter = run()["changsha"]
    assert letter.subject == subject
    assert letter.body.count("https://monitor.example.org/rounds/2023-07/") == links
    assert "2023-08-13" in letter.body
    chinese = "李湘：\n\n2023年7月月报尚未报送的项目" in letter.body
    english = "Dear 李湘,\n\n" in letter.body and "no submitted report for July 2023 yet" in letter.body
    assert (chinese, english) == (language != "en", language != "zh-hans")
    assert letter.body.index("李湘：") == 0 if chinese else letter.body.startswith("Dear 李湘,")


def test_every_letter_is_written_in_both_languages(settings):
    folders = [settings.BASE_DIR / "templates/mails" / language for language in ("zh", "en")]
    chinese, english = ({path.name for path in folder.iterdir()} for folder in folders)
    assert chinese == english


@pytest.mark.parametrize(
    ("day", "begins"), [("2023-08-10", "报送提醒："), ("2023-08-13", "报送提醒："), ("2023-08-14", "催报：")]
)
def test_a_report_is_asked_for_sharply_only_when_it_is_overdue(day, begins, reached, changsha_writer):
    changsha_writer.language = ""
    changsha_writer.save()
    today_is(day)
    assert run()["changsha"].subject.startswith(begins)


def test_a_letter_is_signed_by_the_office_and_names_no_account(reached, changsha_writer, settings):
    settings.OFFICE_NAMES = {"zh-hans": "某省工业和信息化厅", "en": "Department of a province"}
    changsha_writer.first_name = changsha_writer.last_name = changsha_writer.language = ""
    changsha_writer.save()
    body = run()["changsha"].body
    assert body.startswith("您好：\n\n")
    assert "某省工业和信息化厅\n重点项目监测\n\n---" in body
    assert body.endswith("Department of a province\nKey-project monitor\n")
    assert "Dear colleague," in body
    assert "changsha" not in body


def test_the_subject_of_a_digest_says_what_is_to_be_done_and_its_links_lead_there(reached, province, settings):
    settings.SITE_URL = "https://monitor.example.org/"
    province.language = "zh-hans"
    province.save()
    today_is("2023-08-14")
    letter = run()["province"]
    assert letter.subject.startswith("2023年项目名单待办（2023-08-14）：逾期未报月报 ")
    assert "个问题逾期" in letter.subject
    assert "https://monitor.example.org/problems/?programme=2023&state=overdue" in letter.body
    assert "https://monitor.example.org/rounds/2023-07/" in letter.body
    assert "(" not in letter.body
    assert ": " not in letter.body
