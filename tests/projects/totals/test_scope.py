"""One question from a query string: what it means when little is said, and what is said to what cannot be meant."""

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import override

from projects.models import Entry, MonthlyReport, Programme, Project
from projects.totals.programmes import programmes_of

from ..asking import scope_of


def refused(user, parameters, language="en"):
    """Messages by parameter."""
    with override(language), pytest.raises(ValidationError) as error:
        scope_of(user, parameters)
    with override(language):
        return error.value.message_dict


def move(code, year):
    """Put a project on another year's list."""
    entry = Entry(project=Project.objects.get(code=code), programme=Programme.objects.get(year=year))
    entry.save()
    return entry


class TestDefaults:
    def test_the_newest_programme_with_projects_and_all_that_is_reported(self, analyst):
        scope = scope_of(analyst)
        assert (scope.programme.year, scope.first_month, scope.last_month) == (2023, 1, 6)
        assert str(scope.end_month) == "2023-06"
        assert scope.projects().count() == 42
        assert scope.is_whole

    def test_only_if_the_user_sees_that_project(self, changsha_reader):
        move("HN-EI-2023-39", 2025)  # of Zhuzhou
        assert scope_of(changsha_reader).programme.year == 2023

    def test_the_last_month_is_the_same_for_all_and_no_single_report_changes_it(self, changsha_reader, analyst):
        entry = Entry.objects.get(project__code="HN-EI-2023-39")
        MonthlyReport(entry=entry, month=9, disbursed=1, state="approved", basis="illustrative").save()
        for user in (analyst, changsha_reader):
            assert scope_of(user).last_month == 6
            assert scope_of(user).months.newest_month == 9

    def test_without_projects_it_is_the_newest_programme(self, db, django_user_model):
        root = django_user_model.objects.create_superuser("root")
        for year in (2030, 2031):
            Programme(year=year, name_zh=str(year)).save()
        assert scope_of(root).programme.year == 2031

    def test_a_stranger_has_no_programme_to_choose(self, stranger):
        scope = scope_of(stranger)
        assert scope.programme is None
        assert list(scope.projects()) == []


class TestMonths:
    def test_one_month(self, analyst):
        scope = scope_of(analyst, {"month": "2023-03"})
        assert (scope.first_month, scope.last_month) == (3, 3)
        assert not scope.is_whole

    @pytest.mark.parametrize("name", ["month", "through"])
    @pytest.mark.parametrize("text", ["2023-13", "\x00"])
    def test_what_is_no_month_is_refused(self, analyst, name, text):
        assert list(refused(analyst, {name: text})) == [name]

    def test_one_month_and_january_to_a_month_are_not_asked_together(self, analyst):
        asked = {"month": "2023-03", "through": "2023-06"}
        assert refused(analyst, asked) == {"through": ["Give either month or through."]}
        assert scope_of(analyst, asked | {"month": ""}).last_month == 6

    def test_a_month_of_another_year_is_refused(self, analyst):
        asked = {"programme": "2022", "through": "2023-06"}
        assert refused(analyst, asked) == {
            "through": ["2023-06 is not in 2022, the year of the programme that is asked about."]
        }


class TestProgrammes:
    @pytest.mark.parametrize("text", ["2018", "２０２３"])
    def test_an_unknown_one_is_refused_with_the_known_ones(self, analyst, text):
        messages = refused(analyst, {"programme": text})
        assert list(messages) == ["programme"]
        assert "Known: 2025, 2024, 2023, 2022, 2021, 2020, 2019." in messages["programme"][0]

    def test_the_year_of_an_address_wins_and_a_wrong_one_is_not_found(self, analyst):
        assert scope_of(analyst, {"programme": "2023"}, year=2022).programme.year == 2022
        with pytest.raises(Http404):
            scope_of(analyst, year=2018)

    def test_all_are_listed_newest_first_with_what_is_there_to_see(self, analyst, changsha_reader, stranger):
        for user in (analyst, changsha_reader):
            listed = [(each.year, each.has_projects, each.months.default) for each in programmes_of(user)]
            expected = [(year, year == 2023, 6 if year == 2023 else 0) for year in range(2025, 2018, -1)]
            assert listed == expected
        assert not programmes_of(stranger)


WRONG = [
    ("sector", "chips"),
    ("enterprise", "999999999999999999999999"),
    ("counted_in", "height"),
    ("total_investment_max", "1000000000000000"),
    ("start_min", "2023-13"),
    ("ordering", "height"),
    ("search", "a\x00b"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_filter_is_refused_at_its_parameter_in_the_readers_language(analyst, name, value):
    english, chinese = (refused(analyst, {name: value}, language) for language in ("en", "zh-hans"))
    assert list(english) == list(chinese) == [name]
    assert english != chinese


def test_every_wrong_filter_is_named_at_once(analyst):
    assert sorted(refused(analyst, {"kind": "factory", "basis": "rumour"})) == ["basis", "kind"]


def test_a_prefecture_that_one_may_not_see_is_refused_as_one_that_does_not_exist(changsha_reader):
    other, nowhere = (refused(changsha_reader, {"prefecture": adcode}) for adcode in ("430200", "439999"))
    assert str(other).replace("430200", "439999") == str(nowhere)


def test_an_enterprise_that_one_may_not_see_is_refused_as_one_that_does_not_exist(changsha_reader):
    hidden = Project.objects.get(code="HN-EI-2023-02").enterprise_id
    other, nowhere = (refused(changsha_reader, {"enterprise": key}) for key in (hidden, 999_999))
    assert str(other).replace(str(hidden), "999999") == str(nowhere)


def test_choices_hold_only_what_one_sees(changsha_reader, analyst):
    def choices(user, name):
        return {str(value) for value, _label in scope_of(user).form.fields[name].choices}

    assert choices(changsha_reader, "prefecture") == {"none", "430100"}
    assert len(choices(analyst, "prefecture")) == 15
    owners = Project.objects.filter(prefecture__adcode="430100", enterprise__isnull=False)
    assert choices(changsha_reader, "enterprise") == {"none", *(str(each.enterprise_id) for each in owners)}


class TestNarrowing:
    def test_a_narrowed_question_keeps_the_rest_and_replaces_what_is_given_again(self, analyst):
        scope = scope_of(analyst, [("sector", "new-display"), ("kind", "plant"), ("ordering", "-name")])
        narrowed = scope.with_filters(sector="energy-electronics", basis=["published", "reported"])
        assert narrowed.parameters() == [
            ("programme", "2023"),
            ("through", "2023-06"),
            ("kind", "plant"),
            ("sector", "energy-electronics"),
            ("basis", "published"),
            ("basis", "reported"),
        ]
        assert not narrowed.is_whole

    @pytest.mark.parametrize("asked", [{}, {"month": "2023-01"}, {"through": "2023-02"}, {"programme": "2022"}])
    def test_its_parameters_ask_the_same_question_again(self, analyst, asked):
        scope = scope_of(analyst, asked | {"kind": "park"})
        again = scope_of(analyst, scope.parameters())
        assert (again.programme, again.span, again.filters) == (scope.programme, scope.span, scope.filters)

    def test_ordering_alone_leaves_the_whole_whole(self, analyst):
        assert scope_of(analyst, {"ordering": "-total_investment"}).is_whole


def test_blank_and_unknown_parameters_change_nothing(analyst):
    scope = scope_of(analyst, {"sector": "", "lang": "en", "page": "2"})
    assert scope.filters == ()
