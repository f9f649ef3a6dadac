"""Tables of sectors, prefectures and directions, and the projects of one of them, in the order of any of their columns."""

import re

import pytest

from portfolio.dashboards.breakdown import COLUMNS
from projects.models import Project
from tests.pages import read

pytestmark = pytest.mark.django_db

TABLES = (
    ("/", "sectors", lambda context: context["sectors"]),
    ("/", "prefectures", lambda context: context["prefectures"]),
    ("/sectors/", "sectors", lambda context: context["by_sector"]),
    ("/sectors/", "directions", lambda context: context["directions"].breakdown),
    ("/prefectures/", "prefectures", lambda context: context["by_prefecture"]),
    ("/prefectures/430100/", "sectors", lambda context: context["sectors"]),
)


def sorted_heads(response):
    elements = read(response.content).elements
    return [attributes["aria-sort"] for tag, attributes in elements if tag == "th" and "aria-sort" in attributes]


@pytest.mark.parametrize(("path", "name", "table_of"), TABLES, ids=[f"{path}{name}" for path, name, _ in TABLES])
@pytest.mark.parametrize("order", [*COLUMNS, "-name", "-plan", "-share", "-plan_known"])
def test_every_column_orders_and_what_has_no_value_comes_last(
    public_read, register, client, path, name, table_of, order
):
    response = client.get(path, {f"sort_{name}": order})
    table = table_of(response.context).table
    column = next((each for each in table.page_columns if each.name == order.removeprefix("-")), None)
    if column is None:  # the prefectures beside the map have no gap
        assert (path, name, order) == ("/", "prefectures", "gap")
        return
    values = [column.sort_key(each) for each in table.records]
    known = [value for value in values if value is not None]
    assert len(values) > 1
    assert known == sorted(known, reverse=order.startswith("-"))
    assert values[len(known) :] == [None] * (len(values) - len(known))
    of_projects = ["descending"] if path == "/prefectures/430100/" else []  # their table, the largest first
    assert sorted_heads(response) == ["descending" if order.startswith("-") else "ascending", *of_projects]


def test_an_order_of_one_table_leaves_the_other_as_it_is(public_read, register, client):
    usual, asked = client.get("/sectors/").context, client.get("/sectors/?sort_sectors=-name").context
    assert [each.row.key for each in usual["by_sector"].table.records] != [
        each.row.key for each in asked["by_sector"].table.records
    ]
    assert [each.row.key for each in usual["directions"].breakdown.table.records] == [
        each.row.key for each in asked["directions"].breakdown.table.records
    ]


def test_a_table_that_is_folded_is_open_where_it_was_ordered(public_read, register, client):
    is_open = re.compile(r'<details open>\s*<summary class="small">Prefectures as a table').search
    assert not is_open(client.get("/?lang=en").content.decode())
    assert is_open(client.get("/?lang=en&sort_prefectures=name").content.decode())


def test_the_projects_of_a_part_come_largest_first_by_themselves(public_read, register, client):
    response = client.get("/sectors/energy-electronics/")
    assert sorted_heads(response) == ["descending"]
    first = Project.objects.filter(sector__code="energy-electronics").order_by("-total_investment", "code")
    codes = [each.href for each in read(response.content).anchors if each.href.startswith("/projects/HN-")]
    assert f"/projects/{first.exclude(total_investment=None)[0].code}/" in codes[0]
