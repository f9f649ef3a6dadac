"""What one may not see is on no page that links lead to: no name, no code, no address."""

from __future__ import annotations

from urllib.parse import urldefrag

import pytest

from projects.models import Project
from tests.pages import read

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]

MOST = 60  # pages
ELSEWHERE = ("/admin", "/api", "/logout")  # whose own tests walk through them


def test_a_writer_of_changsha_finds_no_trace_of_zhuzhous_records(changsha_writer, client_of):
    others = list(Project.objects.filter(prefecture__adcode="430200").values_list("code", "name_zh", "name_en"))
    assert others
    client, to_see = client_of(changsha_writer), ["/"]
    for path in to_see:  # which grows on the way
        response = client.get(path, follow=True)
        assert response.status_code == 200, path
        text = response.getvalue().decode(errors="ignore")  # some are files
        assert not [name for names in others for name in names if name in text], path
        links = dict.fromkeys(urldefrag(anchor.href).url for anchor in read(text.encode()).anchors)
        new = [link for link in links if link.startswith("/") and not link.startswith(ELSEWHERE) and link not in to_see]
        to_see += new[: MOST - len(to_see)]
    assert len(to_see) == MOST
    for code, *_names in others:
        assert client.get(f"/projects/{code}/").status_code == 404
