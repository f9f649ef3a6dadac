"""What was kept of the programme that was current is not given any more once another is chosen."""

from __future__ import annotations

import pytest

from projects.models import Programme
from projects.versioning.revisions import writing
from projects.workflows.current_programme import choose

from .asking import Site

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = (
    "/",
    "/projects/",
    "/sectors/",
    "/api/v1/projects/",
    "/api/v1/totals/",
    "/api/v1/programmes/",
    "/api/v1/explain/?figure=disbursed",
)


def test_kept_answers_change_when_another_programme_is_chosen(live_register, province, public_read):
    site = Site()
    before = {path: site.ask(path) for path in PATHS}
    assert [site.ask(path, If_None_Match=each.headers["ETag"]).status_code for path, each in before.items()] == [
        304
    ] * len(PATHS)
    with writing(user=province, reason="the old list"):
        choose(Programme.objects.get(year=2022))
    for path, kept in before.items():
        after = site.ask(path, If_None_Match=kept.headers["ETag"])
        assert after.status_code == 200, path
        assert after.data == site.whole_way(path).data != kept.data, path
