"""Amounts typed in 亿元, in English billion CNY, and dates as exact as they are known, as forms read and show them."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from projects import money
from projects.models.form_fields import AmountFormField, PartialDateField

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


@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_blank_amount_is_not_known_and_never_zero(text):
    assert AmountFormField(required=False).clean(text) is None
    for wrong in ("abc", "-1", "1.123456789"):
        with pytest.raises(ValidationError):
            AmountFormField().clean(wrong)


@pytest.mark.parametrize("text", ["2023", "2023-Q3", "2023-06", "2023-06-30"])
def test_a_partial_date_keeps_its_precision(text):
    field = PartialDateField()
    assert str(field.clean(text)) == text
    assert not field.has_changed(text, f" {text.lower()} ")
    with pytest.raises(ValidationError):
        field.clean("2023-13")
