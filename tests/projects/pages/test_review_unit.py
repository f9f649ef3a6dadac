"""The unit of amounts on the review's pages: that of the person's sheets, changed here as there."""

from __future__ import annotations

import pytest

from projects.models import SheetPreference
from tests.pages import opened

from .rounds import JULY, entries, submitted
from .test_review import PATH

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


@pytest.fixture
def waiting(changsha_writer):
    [report] = submitted(changsha_writer, entries()[:1], 145_678_900)
    return report.entry.project.code


def test_a_report_is_read_in_the_unit_that_was_chosen(waiting, province, client_of):
    large, small = "0.1456789", "145.6789"
    client = client_of(province)
    text = opened(client, PATH, open=waiting, lang="en").text
    assert large in text
    assert small not in text
    answer = client.post(f"{PATH}?open={waiting}", {"unit": "small"})
    assert answer.url == f"{PATH}?open={waiting}"
    text = opened(client, PATH, open=waiting, lang="en").text
    assert small in text
    assert large not in text
    assert all(name in text for name in ("billion CNY", "million CNY"))  # the switch names both
    assert SheetPreference.objects.get(pk=province.pk).unit == "small"


def test_the_queue_follows_it_and_so_does_the_sheet(waiting, province, client_of):
    client = client_of(province)
    assert "1.46" in opened(client, PATH).text
    client.post(PATH, {"unit": "small"})
    assert "14,568" in opened(client, PATH).text
    assert 'value="small" aria-current="true"' in client.get(PATH).content.decode()
    assert 'value="small" aria-current="true"' in client.get(JULY).content.decode()
    client.post(PATH, {"unit": "large"})
    assert "1.46" in opened(client, PATH).text
