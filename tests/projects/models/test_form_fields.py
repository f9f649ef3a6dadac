"""Amounts typed in 亿元, in English billion CNY, and dates as exact as they are known, as forms read and show them."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from projects import money
from projects.models.form_fields import AmountFormField, PartialDateField
from projects.periods import PartialDate

pytestmark = pytest.mark.no_database

amounts = st.integers(0, money.READABLE - 1)


@pytest.mark.parametrize(("language", "places"), [("zh-hans", 8), ("en", 9)])
@given(amount=amounts)
@example(0)
@example(1)
@example(money.READABLE - 1)
@example(123_456_789_012_345)
def test_what_the_field_shows_it_reads_again_to_the_last_cny(language, places, amount):
    with override(language):
        field = AmountFormField(required=False)
        shown = field.prepare_value(amount)
        assert field.clean(shown) == amount
        assert not field.has_changed(amount, shown)
        assert field.has_changed(amount, field.prepare_value(amount + 1))
        assert len(shown.partition(".")[2]) <= places


@given(st.integers(0, 9_999_999), st.text("0123456789", min_size=0, max_size=8))
def test_up_to_eight_decimals_are_read_exactly(whole, decimals):
    expected = whole * money.YI + int(decimals.ljust(8, "0"))
    assert AmountFormField().clean(f"{whole}.{decimals}" if decimals else str(whole)) == expected


@given(st.integers(0, 9_999_999), st.text("0123456789", min_size=8, max_size=8), st.integers(1, 9))
def test_a_ninth_decimal_is_refused(whole, decimals, ninth):
    with pytest.raises(ValidationError) as refused:
        AmountFormField().clean(f"{whole}.{decimals}{ninth}")
    assert refused.value.error_list[0].code == "inexact"


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1.5", 150_000_000), (" 1,234.5 ", 123_450_000_000), ("１８０", 18 * 10**9), ("0", 0), ("0.00000001", 1)],
)
def test_amounts_are_read_as_people_write_them(text, amount):
    assert AmountFormField().clean(text) == amount


@pytest.mark.parametrize(
    "text", ["abc", "1e3", "-1", "10000000", "9" * 50, "NaN", "inf", "1.2.3", "1_000", "٣", "\x00"]
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValidationError):
        AmountFormField().clean(text)


@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_blank_amount_is_not_known_and_never_zero(text):
    assert AmountFormField(required=False).clean(text) is None


dates = st.dates(min_value=PartialDate.parse("1949").first, max_value=PartialDate.parse("2149").first)
forms_of_a_date = st.one_of(
    dates.map(lambda day: day.isoformat()),
    dates.map(lambda day: day.isoformat()[:7]),
    dates.map(lambda day: f"{day.year}-Q{(day.month - 1) // 3 + 1}"),
    dates.map(lambda day: str(day.year)),
)


@given(forms_of_a_date)
def test_a_partial_date_keeps_its_precision(text):
    field = PartialDateField()
    assert str(field.clean(text)) == text
    assert not field.has_changed(text, f" {text.lower()} ")


@pytest.mark.parametrize("text", ["2023-13", "2023-Q5", "2023-02-30", "23", "2023/06", "yesterday", "0001"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError):
        PartialDateField().clean(text)
