"""`/about/`."""

import pytest
from django.utils.translation import override

from projects.choices import Measure
from projects.models import Claim, Target
from projects.workflows.adoption import adopt
from tests.pages import opened

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]


def test_it_tells_sources_rules_and_contradictions(public_read, register, client):
    text = opened(client, "/about/", lang="en").text
    assert "30 of 42 projects are illustrative and carry 54.7% of the known total investment" in text
    assert "30 public pages and documents" in text
    assert "is met within 1%" in text
    assert "difference 15.6 billion CNY" in text


def test_the_rule_of_every_figure_stands_with_its_value(public_read, register, client):
    page = opened(client, "/about/")
    assert page.value("disbursed") == 15_890_000_000
    assert "enterprises_attracted" in page.text


def test_every_claim_that_another_contradicts_is_listed_and_which_is_adopted_why(public_read, province, client):
    said: dict[tuple[str, str], set] = {}
    for claim in Claim.objects.select_related("project"):
        said.setdefault((claim.project.code, claim.figure), set()).add(claim.value)
    differing = {code for (code, _figure), values in said.items() if len(values) > 1}
    assert differing == {"HN-EI-2023-02", "HN-EI-2023-03", "HN-EI-2023-08"}
    page = opened(client, "/about/", lang="en")
    told = [anchor.href for anchor in page.anchors if anchor.href.endswith("#claims")]
    assert sorted(told) == sorted(f"/projects/{code}/#claims" for code in differing)
    assert "difference 0.742 billion CNY (55% of the lower figure)" in page.text
    assert "adopted with the register, no reason recorded" in page.text
    assert "none adopted, so the figure is blank" in page.text
    for claim in Claim.objects.filter(project__code="HN-EI-2023-08"):
        assert claim.source.url in [anchor.href for anchor in page.anchors]
    adopt(Claim.objects.filter(project__code="HN-EI-2023-08").first(), user=province, reason="the company's own notice")
    assert "the company's own notice" in opened(client, "/about/", lang="en").text


def test_every_pair_of_announced_numbers_that_differ_is_listed(public_read, register, client):
    page = opened(client, "/about/", lang="en")
    groups: dict[tuple[int, str, int | None], set] = {}
    for target in Target.objects.select_related("programme"):
        groups.setdefault((target.programme.year, target.measure, target.through_month), set()).add(target.value)
    differing = [
        (year, Measure(measure).label) for (year, measure, _month), values in groups.items() if len(values) > 1
    ]
    assert len(differing) >= 3
    with override("en"):
        for year, label in differing:
            assert f"{year}: {str(label)[0].upper()}{str(label)[1:]}" in page.text


def test_an_empty_register_has_a_page(public_read, db, client):
    assert "Values of no list yet" in opened(client, "/about/", lang="en").text
