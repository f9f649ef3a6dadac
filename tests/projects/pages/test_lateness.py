"""How long something has been overdue is said as people say it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from projects.pages import formatting

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (1, "1 day overdue", "逾期 1 天"),
        (60, "60 days overdue", "逾期 60 天"),
        (61, "2 months overdue", "逾期 2 个月"),
        (366, "more than 1 year overdue", "逾期 1 年多"),
        (963, "more than 2 years overdue", "逾期 2 年多"),
    ],
)
def test_long_ago_is_not_counted_in_days(days, english, chinese):
    for language, said in (("en", english), ("zh-hans", chinese)):
        with override(language):
            assert formatting.overdue_time(days) == said
