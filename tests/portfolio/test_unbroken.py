"""Days and codes in running text stay in one piece; nothing of the text is markup."""

from __future__ import annotations

import pytest
from django.utils.safestring import SafeString

from portfolio.templatetags.unbroken import unbroken

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3 overdue on 2023-08-07.", '3 overdue on <span class="nw">2023-08-07</span>.'),
        ("截至2023-08-07，2 个逾期", '截至<span class="nw">2023-08-07</span>，2 个逾期'),
        ("2023-08: 5", '<span class="nw">2023-08</span>: 5'),
        ("HN-EI-2023-16 <b> & 4", '<span class="nw">HN-EI-2023-16</span> &lt;b&gt; &amp; 4'),
        ('<a title="2023-08-07">', '&lt;a title=&quot;<span class="nw">2023-08-07</span>&quot;&gt;'),
    ],
)
def test_a_day_and_a_code_stand_in_an_element_of_their_own(text, written):
    assert unbroken(text) == written
    assert isinstance(unbroken(text), SafeString)


@pytest.mark.parametrize("text", ["half-way to 39.6%", "<b>pro-rata</b>", "", None, SafeString("<i>2023-08-07</i>")])
def test_what_has_neither_or_is_markup_already_is_left_as_it_is(text):
    """A plain text is still escaped by the template that it stands in."""
    assert unbroken(text) is text
