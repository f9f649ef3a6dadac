"""亿元, 万元 and billion become whole CNY exactly, or are refused; what is stored is shown without loss."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from projects.money import BILLION, READABLE, WAN, YI, AmountInSentence, cny, format_exact, format_rounded, in_unit

pytestmark = pytest.mark.no_database

amounts = st.integers(0, READABLE - 1)
units = st.sampled_from([1, WAN, YI, BILLION])


@given(amounts, units)
def test_an_amount_that_is_shown_and_typed_again_is_the_same(amount, unit):
    assert cny(in_unit(amount, unit), unit=unit) == amount


@given(amounts)
def test_separators_blanks_and_full_width_digits_do_not_matter(amount):
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(amount))
    assert cny(f"{amount:,}") == cny(f" {amount} ") == cny(wide) == amount


@given(st.integers(1, READABLE // YI - 1), st.integers(1, 9), st.integers(9, 30))
def test_what_is_smaller_than_one_cny_is_never_dropped(whole, digit, place):
    with pytest.raises(ValidationError) as refused:
        cny(f"{whole}.{'0' * (place - 1)}{digit}", unit=YI)
    assert refused.value.code == "inexact"


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("1385", YI, 138_500_000_000),
        ("0.00000001", YI, 1),
        ("529,286", WAN, 5_292_860_000),
        ("-0", 1, 0),
        ("999999999999999", 1, READABLE - 1),
        ("9999999.99999999", YI, READABLE - 1),
    ],
)
def test_known_amounts(text, unit, amount):
    assert cny(text, unit=unit) == amount


@pytest.mark.parametrize("unit", [1, WAN, YI, BILLION])
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.1万元", 11_000),
        ("2.1亿元", 210_000_000),
        ("１,２３４．５　万元", 12_345_000),
        ("￥100 元", 100),
        ("1，234，567.5 万", 12_345_675_000),
        (" - 0 元 ", 0),
        ("1.2 billion CNY", 1_200_000_000),
        ("120 百万元", 120_000_000),
    ],
)
def test_a_unit_that_is_typed_wins_over_the_unit_that_is_read(text, amount, unit):
    assert cny(text, unit=unit) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *[(text, "invalid") for text in ["", "x", "1e9", "NaN", "1.2.3", "1_000", "--1", "9" * 41]],
        *[(text, "invalid") for text in ["万元", "1万万元", "1亿2000万"]],
        *[(text, "invalid") for text in ["12①", "3½", "1.2亿元³"]],  # a footnote's mark
        *[
            (text, "grouping")
            for text in ["1,2345", "12,34", "1234,567", "0,123", "1,234 567", "1.234,567", "1,23,4万元"]
        ],
        *[(text, "invalid") for text in ["1,", ",1", "1,,234", "1\n234"]],
        ("0.5", "inexact"),
        ("0.00001万元", "inexact"),
        ("-1", "min_value"),
        ("1000000000000000", "max_value"),
    ],
)
def test_what_cannot_be_held_is_refused_and_why(text, code):
    with pytest.raises(ValidationError) as refused:
        cny(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["一亿二千万", "3 apples"])
@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("zh-hans", YI, "请只填数字，如 1.2（单位亿元）。"),
        ("en", BILLION, "Type digits only, such as 1.2 (in billion CNY)."),
        ("en", 1, "Type digits only, such as 120000000 (in CNY)."),
    ],
)
def test_what_is_no_number_is_told_what_to_type_instead(text, language, unit, said):
    with override(language), pytest.raises(ValidationError) as refused:
        cny(text, unit=unit)
    with override(language):
        assert text in refused.value.messages[0]
        assert said in refused.value.messages[0]


@given(amounts, units, st.integers(0, 8))
def test_what_is_rounded_is_off_by_half_a_place_at_the_most(amount, unit, places):
    shown = Decimal(format_rounded(amount, unit, places).replace(",", ""))
    assert abs(shown - Decimal(amount) / unit) <= Decimal(1).scaleb(-places) / 2


@given(st.integers(-READABLE * 10, READABLE * 10), st.sampled_from([1, WAN, YI, BILLION]), st.integers(0, 3))
def test_what_is_written_exactly_loses_nothing_and_has_the_decimals_of_its_column(amount, unit, places):
    text = format_exact(amount, unit, places)
    assert Decimal(text.replace(",", "").replace("−", "-")) * unit == amount
    whole, _dot, decimals = text.partition(".")
    assert whole.lstrip("−") == f"{abs(amount) // unit:,}"
    assert len(decimals) >= places
    assert len(decimals) == places or not decimals.endswith("0")
    assert text.startswith("−") == (amount < 0)


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        (999_999, "999,999 CNY", "999,999元"),
        (1_000_000, "1,000,000 CNY", "1,000,000元（0.01亿元）"),
        (-9_999_999, "−9,999,999 CNY", "−9,999,999元（−0.09999999亿元）"),
        (10_000_000, "10,000,000 CNY (0.01 billion CNY)", "10,000,000元（0.1亿元）"),
        (809_400_000_000, "809,400,000,000 CNY (809.4 billion CNY)", "809,400,000,000元（8,094亿元）"),
        (-150_000_000, "−150,000,000 CNY (−0.15 billion CNY)", "−150,000,000元（−1.5亿元）"),
        (0, "0 CNY", "0元"),
    ],
)
def test_a_sentence_says_whole_cny_and_the_unit_of_its_reader(amount, english, chinese):
    with override("en"):
        assert str(AmountInSentence(amount)) == english
    with override("zh-hans"):
        assert str(AmountInSentence(amount)) == chinese
