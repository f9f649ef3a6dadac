"""Whole rows become records without Django's own `__init__`: what it would have made is what is made."""

from django.apps import apps

from projects.models import Entry, MonthlyReport, Project
from sectors.models import Checked

CHECKED = [model for model in apps.get_models() if issubclass(model, Checked)]


def of_django(model, names, values):
    """A record as Django makes it."""
    record = super(Checked, model).from_db("default", names, values)
    record._stored = dict(zip(names, values, strict=True))
    record.__dict__.pop("_given", None)  # see `Attributed.from_db`
    return record


def test_records_are_what_django_makes_of_whole_rows():
    for model in CHECKED:
        names = [field.attname for field in model._meta.concrete_fields]
        values = [number + 1 for number in range(len(names))]
        made, expected = model.from_db("default", names, values), of_django(model, names, values)
        assert made._state.fields_cache == expected._state.fields_cache == {}, model
        assert vars(made._state) == vars(expected._state), model
        assert vars(made).keys() == vars(expected).keys(), model
        assert {name: vars(made)[name] for name in [*names, "_stored"]} == {
            name: vars(expected)[name] for name in [*names, "_stored"]
        }, model
    assert {Project, Entry, MonthlyReport} <= set(CHECKED)


def test_what_is_stored_is_apart_from_what_is_said():
    record = MonthlyReport.from_db(
        "default",
        [field.attname for field in MonthlyReport._meta.concrete_fields],
        [None] * len(MonthlyReport._meta.concrete_fields),
    )
    record.month = 7
    assert record._stored["month"] is None
    assert record._is_new(MonthlyReport._meta.get_field("month"))
