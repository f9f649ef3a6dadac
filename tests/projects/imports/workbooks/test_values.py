"""What the texts of cells stand for."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from projects.imports import values
from projects.imports.books import NumberText
from projects.imports.values import CellContext, ReferenceWords

READING = CellContext(ReferenceWords(), unit=10**4, knows_types=True, year=2023)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("cell", "cny"),
    [
        ("104734", 1_047_340_000),
        ("１０４，７３４．５", 1_047_345_000),
        ("75.0万元", 750_000),
        ("1.1亿元", 110_000_000),
        ("0", 0),
    ],
)
def test_an_amount_is_in_the_unit_of_its_column_unless_the_cell_names_one(cell, cny):
    assert values.amount(cell, READING) == cny


@pytest.mark.no_database
@pytest.mark.parametrize("cell", ["从年初", "自年初起", "From the start of the year", "2023-01-01"])
def test_a_place_on_the_list_from_the_start_is_said_in_words_or_by_its_day(cell):
    assert values.day_of_joining(cell, READING).isoformat() == "2023-01-01"


@pytest.mark.no_database
@pytest.mark.parametrize("cell", ["2024-02-30", "2024-03", "2024", "soon"])
def test_what_is_no_day_is_told_to_be_typed_as_one(cell):
    with override("en"), pytest.raises(ValidationError) as refused:
        values.day(cell, READING)
    assert refused.value.messages == [f"“{cell}” is not a day. Type it as 2023-06-30."]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("cell", "code"),
    [("55%", "share"), ("５５％", "share"), ("约9亿", "invalid"), ("-5", "min_value"), ("NaN", "invalid")],
)
def test_what_is_no_amount_is_refused(cell, code):
    with pytest.raises(ValidationError) as refused:
        values.amount(cell, READING)
    assert refused.value.code == code


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2022.2.7", "2022-02-07"),
        ("2022年2月7日", "2022-02-07"),
        ("２０２２／２", "2022-02"),
        ("2023年", "2023"),
        ("2023年第一季度", "2023-Q1"),
        ("202306", "2023-06"),
        ("20230607", "2023-06-07"),
        ("44927", "2023-01-01"),
        ("2023-06-30 00:00:00", "2023-06-30"),
        ("2023.1", "2023-01"),
    ],
)
def test_a_date_is_as_exact_as_it_is_said(cell, date):
    assert str(values.partial_date(cell, READING)) == date


@pytest.mark.no_database
def test_a_number_that_lost_its_zero_is_asked_and_days_of_1904_are_counted_from_there():
    for cell, reading in ((NumberText("2023.1"), READING), ("2023.1", CellContext(ReferenceWords()))):
        with pytest.raises(ValidationError) as refused:
            values.partial_date(cell, reading)
        assert refused.value.code == "january_or_october"
    of_1904 = CellContext(ReferenceWords(), is_of_1904=True)
    assert str(values.partial_date("43465", of_1904)) == "2023-01-01"


@pytest.mark.no_database
@pytest.mark.parametrize("cell", ["2023年上半年", "2023.13", "2023.2.30", "1022", "下月", "2023-00"])
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(ValidationError):
        values.partial_date(cell, READING)


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("湖南某某\n电子有限公司", "湖南某某电子有限公司"),
        ("湖南某某\r\n\r\n 电子有限公司 \n", "湖南某某电子有限公司"),
        ("一期\nPhase 1", "一期 Phase 1"),
        ("一期\u2028二期", "一期二期"),
        ("某某 公司　二厂", "某某 公司　二厂"),
    ],
)
def test_a_text_of_one_line_that_its_cell_breaks_is_one(cell, line):
    assert values.line(cell, READING) == line


@pytest.mark.no_database
def test_codes_are_read_by_their_words_in_both_languages():
    for cell in ("是", "√", "yes", "TRUE", "Ｙｅｓ"):
        assert values.transferred(cell, READING) == "yes"
    for cell in ("否", "×", "no", "FALSE"):
        assert values.transferred(cell, READING) == "no"
    for cell in ("续建", "continuing", "Continuing", "在建"):
        assert values.status(cell, READING) == "continuing"
    assert values.kind("园区平台项目", READING) == values.kind("park", READING) == "park"
    assert values.stage("main structure", READING) == "structure"
    assert values.whole_number("1,200家", READING) == values.whole_number("１２００家", READING) == 1200
    with pytest.raises(ValidationError, match="②"):
        values.whole_number("12②", READING)
    with pytest.raises(ValidationError, match="大概"):
        values.transferred("大概", READING)


@pytest.mark.no_database
def test_a_month_is_known_by_its_number_or_with_its_year():
    for cell in ("6", "6月", "2023-06", "2023年6月份", "2023.6"):
        assert str(values.month(cell, READING)) == "2023-06"
    for cell in ("2023", "2023年", "2023-Q2", "13"):
        with pytest.raises(ValidationError):
            values.month(cell, READING)


def test_places_and_sectors_are_known_by_code_and_by_name(register):
    for cell in ("430100", "长沙市", "长沙", "Changsha", " 长 沙 市 "):
        assert values.prefecture(cell, READING).adcode == "430100"
    assert values.prefecture("湘西", READING).adcode == "433100"
    assert values.sector("能源电子", READING) == values.sector("Energy-Electronics", READING)
    for read in (values.prefecture, values.sector, values.chain_link):
        with pytest.raises(ValidationError, match="火星"):
            read("火星", READING)
