"""Whose numbers a page has: the first sentence says so wherever permission limits them, and the way there does too."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.django_db

PATHS = (
    "/",
    "/programmes/2023/",
    "/sectors/",
    "/sectors/energy-electronics/",
    "/prefectures/",
    "/projects/",
    "/figures/disbursed/",
    "/attention/",
    "/rounds/",
    "/problems/",
    "/milestones/",
    "/league/",
    "/forecast/",
)
SAID = {"en": "The figures here are of Changsha only", "zh-hans": "本页数字仅为长沙市"}


def beginning(client, path, language):
    """What a reader reads until the heading ends, and the sentence after it."""
    main = client.get(path, {"lang": language}).content.decode().partition("<main")[2].partition("</h1>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_a_part_says_first_of_which(changsha_writer, changsha_reader, analyst, client_of, path):
    for language, said in SAID.items():
        for user in (changsha_writer, changsha_reader):
            assert said in beginning(client_of(user), path, language), (path, language)
        assert said not in beginning(client_of(analyst), path, language)


def test_the_way_to_the_overview_says_of_what_it_is(changsha_writer, province, client_of):
    for user, said in ((changsha_writer, "Overview of Changsha"), (province, "Overview of the whole list")):
        assert f'<a href="/">{said}</a>' in client_of(user).get("/tasks/", {"lang": "en"}).content.decode()


def test_the_overview_names_the_place_over_its_heading(changsha_writer, client_of):
    page = client_of(changsha_writer).get("/", {"lang": "en"}).content.decode()
    assert '<p class="eyebrow">Key projects of 2023 · Changsha · January to June</p>' in page
