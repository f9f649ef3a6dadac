"""What the unsigned may not see is said to be withheld, not to be undecided: for eyes and for screen readers."""

from __future__ import annotations

import re

import pytest

from projects.history.revisions import create_revision
from projects.models import Problem
from tests.people import person

pytestmark = pytest.mark.django_db


def cells(browser, path, lang="en"):
    """The cells of who solves, and what a screen reader says instead of a dash."""
    text = browser.get(path, {"lang": lang, "programme": "2023"}).content.decode()
    assert ("To be solved by" if lang == "en" else "责任单位") in text
    return re.findall(r'<tr id="problem-.*?<td class="t">(.*?)</td>', text, re.DOTALL), text


def test_the_unsigned_are_told_that_it_is_visible_after_signing_in(public_read, register, client):
    found, text = cells(client, "/problems/")
    named = Problem.objects.exclude(solver="").count()
    assert len(found) == Problem.objects.count()
    assert len([each for each in found if "visible after signing in" in each]) == named > 0
    assert not any("nobody named" in each for each in found if "visible" in each)
    assert not any("aria-hidden" in each for each in found if "visible" in each)
    for solver in Problem.objects.exclude(solver="").values_list("solver", flat=True):
        assert solver not in text
    assert all("登录后可见" in each for each in cells(client, "/problems/", "zh-hans")[0][:named])


def test_what_is_really_undecided_says_so_to_everybody(public_read, register, client):
    with create_revision():
        for problem in Problem.objects.all():
            problem.solver = ""
            problem.note = problem.note or "改派"
            problem.save()
    found, _text = cells(client, "/problems/")
    assert all("nobody named" in each and "visible" not in each for each in found)


def test_the_signed_in_with_a_grant_read_the_name_and_those_without_are_told(public_read, province, client_of):
    problem = Problem.objects.exclude(solver="").first()
    assert problem.solver in cells(client_of(province), "/problems/")[1]
    found, _text = cells(client_of(person("no-grant")), "/problems/")
    assert any("visible to those with access" in each for each in found)
    assert not any("signing in" in each for each in found)
