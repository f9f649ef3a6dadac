"""Imports in the administration: read only, the province's all, a bureau's its own, each with its job and its page."""

from __future__ import annotations

import pytest

from tests.projects.workbook_imports.sent import CODE, REGISTER, sent

PATH = "/admin/projects/import/"


@pytest.mark.parametrize(("language", "words"), [("en", "ready to be confirmed"), ("zh-hans", "待核对确认")])
def test_who_sent_what_is_read_with_its_job_and_leads_to_its_page(client_of, province, language, words):
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]], name="<b>名单.xlsx")
    client = client_of(province)
    for path in (PATH, f"{PATH}{imported.pk}/change/"):
        page = client.get(path, {"lang": language}).content.decode()
        for each in (
            "&lt;b&gt;名单.xlsx",
            f'href="/imports/{imported.pk}/"',
        ):
            assert each in page, (path, each)
        assert words in page
        assert "/admin/projects/job/" not in page  # which the province may not open
    assert client.get(f"{PATH}add/").status_code == 403
    assert client.post(f"{PATH}{imported.pk}/delete/").status_code == 403


def test_another_s_import_is_not_there(client_of, province, changsha_writer):
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    client = client_of(changsha_writer)
    assert "名单.xlsx" not in client.get(PATH).content.decode()
    assert client.get(f"{PATH}{imported.pk}/change/").status_code in (302, 404)
