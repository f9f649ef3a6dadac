"""The fixtures hold valid records, with every text in both languages.

That they are those of the register's files is in tests/projects/imports/test_load_register.py, cell by cell.
"""

import pytest

from projects.models import Claim, Entry, Milestone, MonthlyReport, Problem, Programme, Project, Source, Target
from projects.models.places import Enterprise, Prefecture
from sectors.models import ChainLink, Direction, Sector

pytestmark = pytest.mark.no_database

MODELS = [
    *(Direction, Sector, ChainLink, Prefecture, Enterprise, Source, Programme, Target),
    *(Project, Entry, Claim, MonthlyReport, Milestone, Problem),
]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        *((Programme, "name"), (Target, "note"), (Claim, "scope"), (Milestone, "name")),
        *((Project, name) for name in ("name", "county", "note")),
    ],
)
def test_every_text_is_there_in_both_languages(register, model, name):
    texts = model._default_manager.values_list(f"{name}_zh", f"{name}_en")
    assert [each for each in texts if bool(each[0]) != bool(each[1])] == []


@pytest.mark.parametrize("model", MODELS)
def test_every_row_passes_full_clean(register, model):
    rows = list(model._default_manager.all())
    assert rows
    for row in rows:
        row.full_clean()
