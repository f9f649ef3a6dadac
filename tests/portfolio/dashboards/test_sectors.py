"""`/sectors/` and `/sectors/<code>/`."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.history.revisions import create_revision
from projects.models import Project
from sectors.models import ChainLink, Sector
from tests.pages import more_projects, opened, read

pytestmark = pytest.mark.django_db


def test_each_sector_stands_with_its_chain(public_read, register, client):
    text = opened(client, "/sectors/", lang="en").text
    assert "Energy electronics has the largest share, 34.3% of the known total investment (35/42)" in text
    assert "Of 5 links: 1 with only one" in text
    assert "nothing disbursed yet" in text


def test_a_link_without_a_project_is_a_gap(public_read, register, client):
    with create_revision():
        ChainLink(sector=Sector.objects.get(code="new-display"), code="optical-films", name_zh="光学膜", order=9).save()
    text = opened(client, "/sectors/", lang="en").text
    assert "Of 3 links: 1 link without a project" in text


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


def test_a_sector_follows_its_year(public_read, register, client):
    assert (
        "No project of this list." in opened(client, "/sectors/energy-electronics/", programme="2021", lang="en").text
    )


@pytest.mark.no_database
@pytest.mark.parametrize("path", ["/sectors/none-such/", "/sectors/UPPER/"])
def test_a_sector_that_there_is_not_is_not_found(public_read, register, client, path):
    assert client.get(path).status_code == 404


@pytest.mark.no_database
def test_a_wrong_programme_is_refused_with_those_known(public_read, register, client):
    response = client.get("/sectors/energy-electronics/?programme=1900&lang=en")
    assert response.status_code == 400
    assert "2023" in read(response.content).text


def test_a_prefecture_sees_only_its_own_projects_in_a_sector(changsha_writer, client_of):
    page = opened(client_of(changsha_writer), "/sectors/power-semiconductors/", lang="en")
    others = Project.objects.exclude(prefecture__adcode="430100").values_list("code", flat=True)
    assert not [code for code in others if code in page.text]
    assert (
        page.value("project_count")
        == Project.objects.filter(sector__code="power-semiconductors", prefecture__adcode="430100").count()
    )


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


def test_a_stranger_finds_no_sector(stranger, client_of):
    client = client_of(stranger)
    assert client.get("/sectors/energy-electronics/").status_code == 404
    assert "Energy electronics" not in opened(client, "/sectors/", lang="en").text


@pytest.mark.parametrize("path", ["/sectors/", "/sectors/energy-electronics/"])
def test_it_asks_the_database_no_more_for_more_projects(province, client_of, path):
    client = client_of(province)
    with CaptureQueriesContext(connection) as few:
        opened(client, path)
    more_projects(40)
    with CaptureQueriesContext(connection) as many:
        opened(client, path)
    # two of these say which lights its projects have
    assert len(many) == len(few) <= 41


@pytest.mark.no_database
@pytest.mark.parametrize("path", ["/", "/sectors/", "/sectors/energy-electronics/", "/prefectures/430100/"])
def test_headings_leave_no_level_out(public_read, register, client, path):
    levels = [int(tag[1]) for tag, _attributes in opened(client, path).elements if tag in ("h1", "h2", "h3", "h4")]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), levels


def test_a_year_without_a_project_shows_no_chains_of_nothing(public_read, register, client):
    for path in ("/sectors/", "/sectors/energy-electronics/"):
        page = client.get(path, {"programme": "2024", "lang": "en"}).content.decode()
        assert page.count("No project to show") == 1, path
        assert 'class="chain' not in page, path
        assert "without a project" not in page, path


def test_a_link_without_a_project_says_so_once(public_read, register, client):
    with create_revision():
        ChainLink(sector=Sector.objects.get(code="new-display"), code="optical-films", name_zh="光学膜", order=9).save()
    page = client.get("/sectors/new-display/", {"lang": "en"}).content.decode()
    film = page.partition("<h3>光学膜</h3>")[2].partition("</ol>")[0]
    assert film.count("no project") == 1
