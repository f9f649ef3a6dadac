"""Posting the sheet of a month: saving, submitting, withdrawing."""

import pytest

from projects.choices import ReportState
from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from projects.models.revision import Revision
from projects.workflows import reporting
from tests.pages import opened, read

from .rounds import JULY, REASONS, entries, fields, july, posted, report, submitted, version_now

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def test_what_was_typed_before_the_language_changed_is_read_in_the_unit_it_was_typed_in(changsha_writer, client_of):
    entry = entries()[0]
    client = client_of(changsha_writer)
    forms = [attributes for tag, attributes in opened(client, JULY, lang="en").elements if tag == "form"]
    [action] = [each["action"] for each in forms if "data-sheet" in each]
    opened(client, JULY, lang="zh-hans")
    posted(client, unit="large")
    assert posted(client, fields(entry, disbursed="125"), path=JULY + action).status_code == 302
    assert july(entry).disbursed == 125_000_000


def test_what_is_lacking_in_the_panel_names_its_field_in_the_summary_and_stands_on_the_page_of_the_row(
    changsha_writer, client_of
):
    entry = next(each for each in entries() if each.project.code == "HN-EI-2023-25")
    client = client_of(changsha_writer)
    posted(client, fields(entry, disbursed="0.01"), action="submit")
    assert july(entry).state == ReportState.DRAFT
    sheet = opened(client, JULY, lang="en")
    path = f"{JULY}{entry.project.code}/"
    told = [anchor.text for anchor in sheet.anchors if anchor.href.startswith(f"{path}#f{entry.pk}-")]
    row = opened(client, path, lang="en")
    for words in ("Reason for being behind plan: The project is", "Measure to catch up: The project is"):
        assert any(words in text for text in told)
        assert sheet.text.count(words) == row.text.count(words) == 1
    posted(client, fields(entry, version=version_now(entry), disbursed="0.01", **REASONS), action="submit")
    assert july(entry).state == ReportState.SUBMITTED


def test_drafts_are_saved_as_one_revision_and_what_is_blank_makes_no_report(changsha_writer, client_of):
    first, second, third = entries()[:3]
    before = Revision.objects.count()
    client = client_of(changsha_writer)
    response = posted(
        client,
        fields(first, disbursed="1.25", stage="structure", problems=" no power "),
        fields(second, disbursed="0"),
        fields(third, disbursed="", stage="", problems=""),
    )
    assert response.status_code == 302
    assert Revision.objects.count() == before + 1
    saved = july(first)
    assert (saved.disbursed, saved.stage, saved.problems, saved.state) == (
        125_000_000,
        "structure",
        "no power",
        "draft",
    )
    assert saved.basis == "illustrative"
    assert july(second).disbursed == 0
    assert july(third) is None
    assert "已保存" in opened(client, JULY).text


def test_saving_again_what_is_stored_writes_nothing(changsha_writer, client_of):
    client = client_of(changsha_writer)
    row = fields(entries()[0], disbursed="1.25")
    posted(client, row)
    before = Revision.objects.count()
    assert posted(client, row).status_code == 302
    assert Revision.objects.count() == before


def test_a_wrong_unit_is_an_error_that_offers_the_right_figure(province, client_of):
    entry = next(entry for entry in entries("430700") if entry.project.code == "HN-EI-2023-13")
    client = client_of(province)
    page = read(posted(client, fields(entry, disbursed="8094")).content)
    assert "8,094 亿元超过本项目总投资 10.4734 亿元。若是 8,094 万元，请填 0.8094。" in page.text
    offered = [attributes for tag, attributes in page.elements if tag == "button" and attributes.get("name") == "fill"]
    assert [each["value"] for each in offered] == [f"{entry.pk}:0.8094"]
    posted(client, fields(entry, disbursed="8094"), fill=f"{entry.pk}:0.8094")
    assert july(entry).disbursed == 80_940_000


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("started_on", "2023-02-30", "is not a day"),
        ("started_on", "2023-08-01", "has not happened yet"),
        ("stage", "half", "There is no “half” here. Choose one of: Preparation, Started"),
        ("enterprises_attracted", "²", "is not a whole number"),
        ("enterprises_attracted", "0" * 5000, "is not a whole number"),
        ("forecast", "-1", "cannot be negative"),
        ("disbursed", "-0.1", "say why"),
        ("contact", "x" * 300, "at most 200"),
    ],
)
def test_a_wrong_value_is_said_at_its_field_and_nothing_of_it_is_stored(changsha_writer, client_of, name, text, said):
    entry = entries()[0]
    client = client_of(changsha_writer)
    client.get(f"{JULY}?lang=en")
    response = posted(client, fields(entry, **{name: text, "measure": "kept"}))
    assert said in read(response.content).text
    assert july(entry).measure == "kept"
    assert getattr(july(entry), name) in (None, "")


def test_a_quoted_sum_that_does_not_fit_is_an_error_with_the_difference(changsha_writer, client_of):
    entry = entries()[1]
    client = client_of(changsha_writer)
    before = MonthlyReport.objects.filter(entry=entry).added_up()
    right = (before + 100_000_000) / 10**8
    wrong = posted(client, fields(entry, disbursed="1", quoted_year_to_date=f"{right + 0.5:.4f}"))
    assert "相差 0.5" in read(wrong.content).text
    assert july(entry) is None
    assert posted(client, fields(entry, disbursed="1", quoted_year_to_date=f"{right:.4f}")).status_code == 302
    assert july(entry).disbursed == 100_000_000


def test_exactly_those_that_can_go_are_submitted(changsha_writer, client_of):
    first, second, third = entries()[:3]
    response = posted(
        client_of(changsha_writer),
        fields(first, disbursed="1", **REASONS),
        fields(second, disbursed="abc", **REASONS),
        fields(third, disbursed="", stage="started"),
        action="submit",
    )
    text = read(response.content).text
    assert july(first).state == ReportState.SUBMITTED
    assert july(first).submitted_by == changsha_writer
    assert (july(second).state, july(third).state) == (ReportState.DRAFT, ReportState.DRAFT)
    assert "已报送 1 项" in text
    assert "请填本月完成" in text


def test_the_comment_of_a_return_stands_at_its_row(changsha_writer, province, client_of):
    reporting.send_back(submitted(changsha_writer, entries()[:1]), user=province, comment="same as June, please check")
    text = opened(client_of(changsha_writer), JULY, lang="en").text
    assert "same as June, please check" in text
    assert "周敏" in text


def test_the_form_without_a_script_carries_the_choice_field_by_field(changsha_writer, province, client_of):
    entry, client = entries()[0], client_of(changsha_writer)
    draft = report(entry, 100_000_000)
    opened_version = version_now(entry)
    with create_revision(user=province):
        draft.disbursed, draft.stage, draft.contact = 200_000_000, "equipment", "周敏 0731"
        draft.save()
    typed = {"disbursed": "3", "stage": "", "contact": "", "progress": "roof on"}
    page = read(posted(client, fields(entry, version=opened_version, **typed)).content)
    offered = {
        attributes["name"]: attributes for _tag, attributes in page.elements if attributes.get("type") == "radio"
    }
    key = entry.pk
    assert set(offered) == {f"{key}-_choice-{name}" for name in ("disbursed", "stage", "contact", "progress")}
    assert "设备安装" in page.text
    choices = {"base": opened_version, "_choice-disbursed": "mine", "_choice-stage": "theirs"}
    saved = posted(client, fields(entry, version=version_now(entry), **typed, **choices))
    assert saved.status_code == 302
    stored = july(entry)
    assert (stored.disbursed, stored.stage, stored.contact) == (300_000_000, "equipment", "周敏 0731")
    assert stored.progress == "roof on"


@pytest.mark.parametrize("who", ["changsha_reader", "analyst", "administrator"])
def test_who_does_not_report_cannot_post(who, request, register, client_of):
    user = request.getfixturevalue(who)
    entry = entries()[0]
    assert posted(client_of(user), fields(entry, disbursed="1")).status_code == 403
    assert july(entry) is None


def test_a_writer_of_another_prefecture_changes_nothing_here(zhuzhou_writer, client_of):
    entry = entries()[0]
    posted(client_of(zhuzhou_writer), fields(entry, disbursed="1"), action="submit")
    assert july(entry) is None


@pytest.mark.usefixtures("plausible")
def test_what_is_submitted_says_what_happens_next_and_what_stands_out_leads_to_its_row(changsha_writer, client_of):
    odd = next(each for each in entries() if each.project.code == "HN-EI-2023-25")
    for entry in entries():
        report(entry, 85_200_000 if entry == odd else 300_000_000)
    client = client_of(changsha_writer)
    assert posted(client, action="submit", path=f"{JULY}?unit=small").status_code == 302
    page = opened(client, f"{JULY}?unit=small", lang="zh-hans")
    assert "已报送 7 项。接下来由省级审核" in page.text
    # nothing can be filled in any more, and nothing asks for it
    assert "逐项填写" not in page.text
    [link] = [each for each in page.anchors if each.href.endswith(f"#r{odd.pk}")]
    assert "示例项目13·显示模组及整机3" in link.text
    assert link.href.startswith(JULY)
    assert "8,520 万元" in page.text
    assert "（0.852亿元）" not in page.text
