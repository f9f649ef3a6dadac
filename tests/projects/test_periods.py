"""Dates keep the precision they were published with, and compare as what they can mean."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from projects.choices import Precision
from projects.models import Project
from projects.periods import EARLIEST, FIRST_DAY, LAST_DAY, LATEST, Month, PartialDate

pytestmark = pytest.mark.no_database

days = st.dates(FIRST_DAY, LAST_DAY)


@st.composite
def partial_dates(draw):
    day, precision = draw(days), draw(st.sampled_from(Precision))
    first = {
        Precision.YEAR: day.replace(month=1, day=1),
        Precision.QUARTER: day.replace(month=day.month - (day.month - 1) % 3, day=1),
        Precision.MONTH: day.replace(day=1),
        Precision.DAY: day,
    }[precision]
    return PartialDate(first, precision)


@given(partial_dates())
def test_a_date_is_read_back_as_it_is_written(date):
    assert PartialDate.parse(str(date)) == date


@given(partial_dates())
def test_the_last_day_is_the_last_that_the_date_can_mean(date):
    assert date.first <= date.last
    following = date.last + dt.timedelta(days=1)
    same_length = {Precision.YEAR: 1, Precision.QUARTER: 1, Precision.MONTH: 1}.get(date.precision)
    assert same_length is None or following.day == 1
    lengths = {
        Precision.DAY: {1},
        Precision.MONTH: {28, 29, 30, 31},
        Precision.QUARTER: {90, 91, 92},
        Precision.YEAR: {365, 366},
    }
    assert (following - date.first).days in lengths[date.precision]


@given(partial_dates(), st.sampled_from(["first", "last"]))
def test_both_columns_of_a_record_keep_it_whichever_end_is_stored(date, bound):
    name = {"first": "started", "last": "finished"}[bound]
    project = Project()
    setattr(project, name, str(date))
    column = {"first": "start", "last": "finish"}[bound]
    assert getattr(project, column) == getattr(date, bound)
    assert getattr(project, f"{column}_precision") == date.precision
    assert getattr(project, name) == date


@given(partial_dates(), partial_dates())
def test_a_finish_is_before_a_start_only_if_it_is_so_whatever_they_mean(start, finish):
    project = Project()
    project.started, project.finished = start, finish
    assert (project.finish < project.start) == (finish.last < start.first)


@pytest.mark.parametrize(("start", "finish"), [("2022-07", "2022"), ("2022", "2022-01-01"), ("2022-12-31", "2022-Q4")])
def test_a_year_is_not_before_a_month_in_it(register, start, finish):
    project = Project.objects.get(code="HN-EI-2023-02")
    project.started, project.finished = start, finish
    project.save()
    project.refresh_from_db()
    assert (str(project.started), str(project.finished)) == (start, finish)


@pytest.mark.parametrize(
    "text",
    [
        *["", "2023-13", "2023-02-30", "2023-2-3", "2023-Q5", "2023/06", "2023-06-00"],
        *["1948", "2150", "2023-06-30T00:00", "2023-06\n-30"],
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError):
        PartialDate.parse(text)


@given(st.text(max_size=12))
def test_any_text_is_a_date_that_is_written_so_or_is_refused(text):
    try:
        date = PartialDate.parse(text)
    except ValidationError:
        return
    assert str(date) == text.strip().upper()


@given(st.integers(EARLIEST, LATEST), st.integers(1, 12))
def test_a_month_is_read_back_as_it_is_written(year, number):
    month = Month(year, number)
    assert Month.parse(str(month)) == month
    assert month.share_of_year * 12 == number


@pytest.mark.parametrize(
    "text",
    ["", "2023", "2023-13", "2023-6", "2023-06-01", "1900-01", "２０２３-０６"],
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValidationError):
        Month.parse(text)
