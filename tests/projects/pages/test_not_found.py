"""What the page for what is not found says to whoever asked for the own part alone."""

from __future__ import annotations

import pytest

SECTOR = "/sectors/none/"
SAYS = "Look in the whole province"


@pytest.mark.parametrize("public", [True, False])
def test_the_way_to_the_whole_province_is_offered_where_there_is_one(
    public, client_of, changsha_reader, province, settings
):
    settings.PUBLIC_READ = public
    for user in (changsha_reader, province):
        for query in ({}, {"reach": "own"}):
            answer = client_of(user).get(SECTOR, {"lang": "en"} | query)
            assert answer.status_code == 404
            is_offered = public and user is changsha_reader and bool(query)
            assert (f'<a href="{SECTOR}">{SAYS}</a>' in answer.content.decode()) == is_offered
