"""The input of an amount in the administration: its unit, and the whole CNY that it stands for."""

import pytest
from django.utils.translation import override

from projects.admin.forms import AmountInput

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("language", "unit", "whole"),
    [("zh-hans", "亿元", "= 123,456,789,000 元"), ("en", "billion CNY", "= 1,234,567,890,000 CNY")],
)
def test_the_page_says_unit_and_whole_cny_without_any_script(language, unit, whole):
    with override(language):
        html = AmountInput().render("amount", "1234.56789", {"id": "id_amount"})
    assert whole in html
    assert f'<span class="unit">{unit}</span>' in html
    assert 'value="1234.56789"' in html


def test_a_wrong_amount_is_shown_as_typed_and_stands_for_nothing():
    html = AmountInput().render("amount", "<1.2.3>", {"id": "id_amount"})
    assert "&lt;1.2.3&gt;" in html
    assert " 元</output>" not in html
