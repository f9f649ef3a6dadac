"""`POST /rounds/<YYYY-MM>/drafts/`: rows are stored while one types, outside the register."""

import pytest

from projects.models import MonthlyReport, ReportDraft, Revision
from projects.models.report import NEGATIVE_NEEDS_REASON
from tests.pages import opened

from .rounds import (
    DRAFTS,
    JULY,
    REASONS,
    entries,
    fields,
    inputs,
    july,
    posted,
    row_of,
    stored,
    submitted,
    version_now,
)

pytestmark = pytest.mark.django_db


def test_a_row_is_stored_and_what_it_comes_to_is_answered_and_the_register_is_left_alone(changsha_writer, client_of):
    entry = entries()[1]
    before = Revision.objects.count()
    response = stored(client_of(changsha_writer), fields(entry, disbursed="1", **REASONS))
    answer = row_of(response, entry)
    assert july(entry) is None
    assert Revision.objects.count() == before
    assert ReportDraft.objects.get().texts == {"disbursed": "100000000元", **REASONS}
    assert (answer["version"], answer["state"]) == ("new", "draft")
    assert (answer["saved"], answer["ready"], answer["errors"]) == (True, True, {})
    done = MonthlyReport.objects.filter(entry=entry, month__lt=7).added_up() + 10**8
    assert answer["year_to_date"] == f"{done / 10**8:.2f}"
    assert answer["share"] == f"{done * 100 / entry.planned_disbursement:.1f}"
    assert "1.00" in response.json()["foot"]
    assert "已存到服务器：3 格。" in response.json()["stored"]


def test_sixteen_autosaves_and_a_submission_are_one_revision(changsha_writer, client_of):
    first, second = entries()[:2]
    client = client_of(changsha_writer)
    before = Revision.objects.count()
    for number in range(8):
        stored(client, fields(first, disbursed=f"0.{number + 1}", **REASONS), fields(second, disbursed="0.3"))
        stored(client, fields(second, **REASONS))
    assert Revision.objects.count() == before
    assert MonthlyReport.objects.filter(month=7).count() == 0
    posted(client, fields(first), fields(second), action="submit")
    assert Revision.objects.count() == before + 1
    assert [(july(each).state, july(each).disbursed) for each in (first, second)] == [
        ("submitted", 80_000_000),
        ("submitted", 30_000_000),
    ]
    assert july(first).reason == REASONS["reason"]
    assert not ReportDraft.objects.exists()


def test_what_is_typed_is_seen_again_from_another_browser_and_by_nobody_else(changsha_writer, province, client_of):
    first, second = entries()[:2]
    typed = [fields(first, disbursed="1.1万元", problems="no power"), fields(second, disbursed="约3")]
    stored(client_of(changsha_writer), *typed)
    page = opened(client_of(changsha_writer), JULY)
    assert inputs(page)[f"{first.pk}-disbursed"]["value"] == "1.1"
    assert inputs(page)[f"{second.pk}-disbursed"]["value"] == "约3"
    assert inputs(page)[f"{second.pk}-disbursed"]["aria-invalid"] == "true"
    assert "已存到服务器：3 格。" in page.text
    assert "no power" in opened(client_of(changsha_writer), f"{JULY}{first.project.code}/").text
    of_province = opened(client_of(province), JULY, prefecture="430100")
    assert inputs(of_province)[f"{first.pk}-disbursed"]["value"] == ""


def test_no_total_and_no_digest_of_the_register_knows_a_draft(changsha_writer, province, client_of):
    entry = entries()[0]
    client = client_of(province)
    text = opened(client, "/", lang="en").text
    seals = list(Revision.objects.order_by("number").values_list("digest", flat=True))
    stored(client_of(changsha_writer), fields(entry, disbursed="3"))
    assert opened(client, "/", lang="en").text == text
    assert list(Revision.objects.order_by("number").values_list("digest", flat=True)) == seals
    assert not hasattr(ReportDraft, "history")


@pytest.mark.parametrize("refused", ["-5", "8520亿", "约3"])
def test_an_amount_that_is_refused_counts_in_no_sum_of_the_sheet(refused, changsha_writer, client_of):
    entry, other = entries()[2:4]
    client = client_of(changsha_writer)
    stored(client, fields(other, disbursed="1.25"))
    foot = stored(client, fields(entry, disbursed="")).json()["foot"]
    response = stored(client, fields(entry, disbursed=refused))
    answer = row_of(response, entry)
    assert answer["errors"]
    assert (answer["year_to_date"], answer["share"]) == ("", "")
    assert response.json()["foot"] == foot
    row = opened(client, JULY, unit="large")
    assert inputs(row)[f"{entry.pk}-disbursed"]["value"].replace("−", "-") == refused
    # what was typed before stands in the sums until it is mended
    stored(client, fields(entry, disbursed="2"))
    foot = stored(client, fields(entry, disbursed="2")).json()["foot"]
    assert "3.25" in foot
    response = stored(client, fields(entry, disbursed=refused))
    assert response.json()["foot"] == foot
    assert row_of(response, entry)["year_to_date"]
    # and goes for good once it is
    answer = row_of(stored(client, fields(entry, disbursed="-5", correction_reason="paid twice")), entry)
    assert not answer["errors"].keys() & {"disbursed", "correction_reason"}
    assert "-" in answer["year_to_date"].replace("−", "-")


def test_of_a_negative_amount_without_its_reason_it_is_not_said_that_it_is_blank(changsha_writer, client_of):
    entry = entries()[2]
    client = client_of(changsha_writer)
    errors = row_of(stored(client, fields(entry, disbursed="-5")), entry)["errors"]
    assert errors["disbursed"] == [str(NEGATIVE_NEEDS_REASON)]
    assert str(NEGATIVE_NEEDS_REASON) in errors["correction_reason"][0]
    errors = row_of(stored(client, fields(entry, disbursed="")), entry)["errors"]
    assert not errors


def test_a_refused_cell_keeps_the_value_that_it_had_and_shows_what_was_typed(changsha_writer, client_of):
    entry = entries()[3]
    client = client_of(changsha_writer)
    stored(client, fields(entry, disbursed="1.5667"))
    answer = row_of(stored(client, fields(entry, disbursed="约15162")), entry)
    assert answer["held"]["disbursed"] == "1.5667"
    assert answer["texts"]["disbursed"] == "约15162"
    draft = ReportDraft.objects.get()
    assert (draft.texts, draft.refused) == ({"disbursed": "156670000元"}, {"disbursed": "约15162"})
    assert "1.57" in opened(client, JULY, unit="large").text  # the total still has it
    # typed as it was before, nothing is left of it
    stored(client, fields(entry, disbursed=""))
    assert not ReportDraft.objects.exists()


def test_what_cannot_be_saved_stays_a_draft_and_the_rest_is_saved(changsha_writer, client_of):
    entry = entries()[0]
    client = client_of(changsha_writer)
    posted(client, fields(entry, disbursed="twelve", stage="equipment"))
    assert (july(entry).stage, july(entry).disbursed) == ("equipment", None)
    draft = ReportDraft.objects.get()
    assert (draft.texts, draft.refused, draft.version) == ({}, {"disbursed": "twelve"}, version_now(entry))
    assert inputs(opened(client_of(changsha_writer), JULY))[f"{entry.pk}-disbursed"]["value"] == "twelve"


def test_a_draft_is_gone_once_its_row_is_saved_or_it_is_discarded(changsha_writer, client_of):
    first, second = entries()[:2]
    client = client_of(changsha_writer)
    stored(client, fields(first, disbursed="1"), fields(second, disbursed="2"))
    posted(client, fields(first))
    assert july(first).disbursed == 10**8
    assert [draft.entry_id for draft in ReportDraft.objects.all()] == [second.pk]
    client.post(JULY, {"discard": str(second.pk)})
    assert not ReportDraft.objects.exists()
    assert july(second) is None


@pytest.mark.no_database
def test_stages_are_read_by_code_and_by_their_names_in_both_languages(changsha_writer, client_of):
    client = client_of(changsha_writer)
    for text in ("trial", "试生产", "Trial production", " 试 生 产 "):
        entry = entries()[0]
        answer = row_of(stored(client, fields(entry, stage=text)), entry)
        assert "stage" not in answer["errors"]
        assert ReportDraft.objects.get().texts == {"stage": "trial"}
    refused = row_of(stored(client, fields(entries()[1], stage="拟用地")), entries()[1])
    assert "没有“拟用地”这一项，可选前期准备、已开工" in refused["errors"]["stage"][0]


@pytest.mark.no_database
def test_a_wrong_unit_is_answered_with_the_figure_to_fill_in(province, client_of):
    entry = next(entry for entry in entries("430700") if entry.project.code == "HN-EI-2023-13")
    response = stored(client_of(province), fields(entry, disbursed="8094"))
    answer = row_of(response, entry)
    assert list(answer["errors"]) == ["disbursed"]
    assert answer["saved"] is False
    assert 'data-fill="0.8094"' in answer["messages"]
    assert july(entry) is None


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("typed", "offer", "unit"),
    [
        ("8.094", "0.8094", "100 million CNY"),
        ("8094", "0.08094", "10,000 CNY"),
        ("8094000000", "", ""),
    ],
)
def test_english_readers_are_offered_what_they_meant_in_billions(province, client_of, typed, offer, unit):
    entry = next(entry for entry in entries("430700") if entry.project.code == "HN-EI-2023-13")
    answer = row_of(stored(client_of(province), fields(entry, disbursed=typed), path=f"{DRAFTS}?lang=en"), entry)
    assert list(answer["errors"]) == ["disbursed"]
    if offer:
        assert f'data-fill="{offer}"' in answer["messages"]
        assert f" is in units of {unit}, fill in {offer}." in answer["messages"]
    else:
        assert "data-fill" not in answer["messages"]


@pytest.mark.no_database
def test_who_is_signed_out_is_told_so_and_not_led_away(register, public_read, client):
    assert stored(client, fields(entries()[0], disbursed="1")).status_code == 401


@pytest.mark.parametrize(
    ("who", "status"),
    [("changsha_reader", 403), ("analyst", 403), ("administrator", 403), ("stranger", 404), ("zhuzhou_writer", 404)],
)
def test_who_may_not_write_it_changes_nothing(who, status, request, register, client_of):
    client = client_of(request.getfixturevalue(who))
    assert stored(client, fields(entries()[0], disbursed="1")).status_code == status
    assert not ReportDraft.objects.exists()


@pytest.mark.parametrize("key", ["x", "²", "9" * 40])
def test_a_row_that_is_not_there_or_has_no_version_is_refused(province, client_of, key):
    client = client_of(province)
    assert stored(client, {f"{key}-version": "new", f"{key}-disbursed": "1"}).status_code in (400, 404)
    assert stored(client, {f"{entries()[0].pk}-disbursed": "1"}).status_code == 400
    assert not ReportDraft.objects.exists()


def test_who_opens_the_address_by_hand_is_led_to_the_sheet(changsha_writer, client_of):
    answer = client_of(changsha_writer).get(DRAFTS)
    assert (answer.status_code, answer["Location"]) == (302, JULY)
    assert client_of(changsha_writer).put(DRAFTS).status_code == 405


def test_the_rows_of_a_part_are_added_up_with_those_that_are_not_typed_into(changsha_writer, client_of):
    client, (entry, other, sent, *rest) = client_of(changsha_writer), entries()
    submitted(changsha_writer, [sent])
    stored(client, fields(other, disbursed="1.25"))
    part = f"{DRAFTS}?show=not-submitted"
    answer = stored(client, fields(entry, disbursed="2"), path=part).json()
    assert f"合计 {2 + len(rest)} 项" in answer["foot"]
    assert "3.25" in answer["foot"]
    assert "已存到服务器：2 格。" in answer["stored"]
