"""`/about/`."""

import pytest

from tests.pages import more_projects, opened

pytestmark = pytest.mark.django_db


def test_it_tells_sources_rules_edges_and_contradictions(public_read, register, client):
    text = opened(client, "/about/", lang="en").text
    assert "30 of 42 projects are illustrative and carry 54.7% of the known total investment" in text
    assert "29 public pages and documents" in text
    assert "is met within 1%" in text
    assert "10 billion CNY and above" in text
    assert "15.6 billion CNY apart" in text


def test_the_rule_of_every_figure_stands_with_its_value(public_read, register, client):
    page = opened(client, "/about/")
    assert page.value("disbursed") == 15_890_000_000
    assert "enterprises_attracted" in page.text


def test_an_empty_register_has_a_page(public_read, db, client):
    assert "Values of no list yet" in opened(client, "/about/", lang="en").text


def test_a_reader_of_one_prefecture_is_told_of_no_other(public_read, changsha_writer, client_of):
    page = opened(client_of(changsha_writer), "/about/")
    assert "株洲" not in page.text
    assert page.value("project_count") == 13


def test_a_wrong_question_is_refused(public_read, register, client):
    assert client.get("/about/?through=soon").status_code == 400


def test_it_asks_the_database_no_more_for_more_projects(province, client_of, django_assert_max_num_queries):
    more_projects(20)
    client = client_of(province)
    with django_assert_max_num_queries(12):
        opened(client, "/about/")
