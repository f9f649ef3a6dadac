"""`/sectors/` and `/sectors/<code>/`."""

import pytest

from projects.history.revisions import create_revision
from sectors.models import ChainLink, Sector
from tests.pages import opened

pytestmark = pytest.mark.django_db


def test_each_sector_stands_with_its_chain(public_read, register, client):
    text = opened(client, "/sectors/", lang="en").text
    assert "Energy electronics has the largest share, 34.3% of the known total investment (35/42)" in text
    assert "Of 5 links: 1 with only one" in text
    assert "nothing disbursed yet" in text


def test_a_new_sector_shows_at_once(public_read, register, client):
    with create_revision():
        Sector(code="sensors", name_zh="传感器", name_en="Sensors", order=9).save()
    assert "No chain links are kept for this sector" in opened(client, "/sectors/", lang="en").text
    assert "No project of this list." in opened(client, "/sectors/sensors/", lang="en").text


def test_a_sector_is_a_share_of_the_list(public_read, register, client):
    page = opened(client, "/sectors/energy-electronics/", lang="en")
    assert (
        "By data of which 59.0% is illustrative: 12 projects with a known total investment of 47.5 billion CNY, 34.3% of"
        " what is known of the whole list (35/42)." in page.text
    )
    assert "5.4 percentage points below the whole list" in page.text
    assert "Most was disbursed in June: 1.51 billion CNY" in page.text


@pytest.mark.permission
def test_a_sector_is_a_share_of_what_its_reader_may_see(changsha_reader, client_of):
    client = client_of(changsha_reader)
    text = opened(client, "/sectors/power-semiconductors/", lang="en").text
    assert "% of what is known of what you may see (" in text
    assert "Compared with what you may see" in text
    assert "of the whole list" not in text
    assert "what you may see:" in text
    chinese = opened(client, "/sectors/power-semiconductors/", lang="zh-hans").text
    assert "占您有权查看的名单已知总投资的" in chinese
    assert "全部名单的" not in chinese


def test_what_conditions_leave_is_not_called_the_whole_list(public_read, register, client):
    text = opened(client, "/sectors/energy-electronics/", lang="en", kind="plant").text
    assert "of the whole list" not in text
    assert "% of what is known of what is selected (" in text
    assert "Compared with what is selected" in text
    assert "占所选范围已知总投资的" in opened(client, "/sectors/energy-electronics/", lang="zh-hans", kind="plant").text


def test_a_reader_of_one_prefecture_is_told_of_no_gap_in_the_list(changsha_reader, client_of):
    text = opened(client_of(changsha_reader), "/sectors/", lang="en").text
    assert "links, in what you may see: " in text
    assert "no project that you may see" in text
    assert "only one project that you may see" in text
    assert "one project or none that you may see" in text
    assert "no real project published" not in text


def test_the_sectors_of_a_list_that_its_reader_does_not_see_say_so(changsha_reader, client_of):
    text = opened(client_of(changsha_reader), "/sectors/", programme="2021", lang="en").text
    assert "None that you may see is on this list" in text


def test_a_year_without_a_project_shows_no_chains_of_nothing(public_read, register, client):
    for path in ("/sectors/", "/sectors/energy-electronics/"):
        page = client.get(path, {"programme": "2024", "lang": "en"}).content.decode()
        assert page.count("No project to show") == 1, path
        assert 'class="chain' not in page, path
        assert "without a project" not in page, path


def test_a_link_without_a_project_says_so_once(public_read, register, client):
    with create_revision():
        ChainLink(sector=Sector.objects.get(code="new-display"), code="optical-films", name_zh="光学膜", order=9).save()
    assert "Of 3 links: 1 link without a project" in opened(client, "/sectors/", lang="en").text
    page = client.get("/sectors/new-display/", {"lang": "en"}).content.decode()
    film = page.partition("<h3>光学膜</h3>")[2].partition("</ol>")[0]
    assert film.count("no project") == 1
