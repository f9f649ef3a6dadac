"""Numbers as people read them."""

from fractions import Fraction

import pytest
from django.utils.translation import override

from projects.pages import formatting
from projects.pages.figure_display import coverage_sentence
from projects.totals.results import FigureValue

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("amount", "form", "chinese", "english"),
    [
        (138_500_000_000, "table", "1,385.00", "138.500"),
        (15_890_000_000, "headline", "158.9", "15.89"),
        (0, "table", "0.00", "0.000"),
        (1_346_004_200, "precise", "134,600.42", "1,346.0042"),
        (1, "precise", "0.0001", "0.000001"),
        (999_999_999_999_999, "table", "10,000,000.00", "1,000,000.000"),
        (Fraction(1, 3), "table", "0.00", "0.000"),
    ],
)
def test_an_amount_reads_in_the_unit_of_its_language(amount, form, chinese, english):
    with override("zh-hans"):
        assert formatting.money(amount, form) == chinese
    with override("en"):
        assert formatting.money(amount, form) == english


@pytest.mark.parametrize(
    ("gap", "said"),
    [(-7_760_000_000, "−77.6"), (40_000_000, "+0.4"), (0, "0.0"), (-1, "0.0"), (1, "0.0"), (Fraction(-10, 3), "0.0")],
)
def test_a_gap_carries_its_sign_unless_it_is_nothing(gap, said):
    with override("zh-hans"):
        assert formatting.signed_money(gap) == said


def test_shares_are_rounded_half_up_and_signed_in_points():
    assert formatting.percent(Fraction(15890, 47300)) == "33.6%"
    assert formatting.share(Fraction(1, 2000), 1) == "0.1"
    assert formatting.points(Fraction(-164, 1000)) == "−16.4"
    assert formatting.points(Fraction(1, 10000)) == "0.0"
    assert formatting.percent(None) == ""


def test_months_read_as_a_span_or_alone():
    with override("zh-hans"):
        assert formatting.months_of_year(1, 6, 2023) == "2023年1–6月"
        assert formatting.months(3, 3) == "3月"
    with override("en"):
        assert formatting.months_of_year(1, 6, 2023) == "January to June 2023"
        assert formatting.short_months(1, 6) == "Jan–Jun"


def test_what_was_published_keeps_every_digit():
    with override("en"):
        assert formatting.exact_money(2_262_441_200) == "2.2624412"
        assert formatting.exact_money(3_339_000_000) == "3.339"
    with override("zh-hans"):
        assert formatting.exact_money(2_262_441_200) == "22.624412"
        assert formatting.exact_money(12_000_000_000) == "120.00"


def test_a_negative_part_of_a_unit_keeps_its_sign():
    with override("zh-hans"):
        assert formatting.exact_money(-50_000_000) == "−0.50"
        assert formatting.shortest_money(-5_000) == "−0.00005"


def test_a_field_shows_every_digit_and_no_separator():
    with override("zh-hans"):
        assert formatting.typed_money(809_400_000_000) == "8094"
        assert formatting.shortest_money(809_400_000_000) == "8,094"
        assert formatting.typed_money(None) == ""
    with override("en"):
        assert formatting.typed_money(80_940_000) == "0.08094"
        assert (formatting.decimals_of_unit(), formatting.places_of()) == (9, 3)


def test_words_in_a_row_and_sentences_are_joined_as_the_language_does():
    with override("zh-hans"):
        assert formatting.listing(["张家界市", "怀化市"]) == "张家界市、怀化市"
        assert formatting.sentences(["一。", "二。"]) == "一。二。"
    with override("en"):
        assert formatting.listing(["Zhangjiajie", "Huaihua"]) == "Zhangjiajie, Huaihua"
        assert formatting.sentences(["One.", "Two."]) == "One. Two."


@pytest.mark.parametrize(
    ("name", "known", "of", "chinese", "english"),
    [
        ("total_investment", 0, 1, "共 1 项，无数据", "the only project, without data"),
        ("project_count", 1, 1, "共 1 项", "the only project"),
        ("disbursed", 1, 7, "7 项中 1 项有月报", "1 of 7 has reports"),
        ("disbursed", 2, 7, "7 项中 2 项有月报", "2 of 7 have reports"),
        ("disbursed_of_plan", 1, 7, "7 项中 1 项计划与月报均有", "1 of 7 has both a plan and a report"),
    ],
)
def test_coverage_is_said_of_one_project_as_of_one(name, known, of, chinese, english):
    figure = FigureValue(name, known or None, known, of)
    with override("zh-hans"):
        assert coverage_sentence(figure) == chinese
    with override("en"):
        assert coverage_sentence(figure) == english
