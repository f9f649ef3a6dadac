"""What is kept of imports, and for how long."""

from __future__ import annotations

import datetime as dt
import hashlib
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portfolio.housekeeping import remove_expired
from projects.choices import RoundState
from projects.history.revisions import create_revision
from projects.imports import limits
from projects.models import Import, ImportedCell, ImportedFile, Job, Programme, Round
from projects.workbook_imports import begin, confirm, remap, undo
from projects.workflows.transitions import OvertakenError
from tests.projects.imports.workbooks.test_hostile_files import HOSTILE

from .sent import CODE, JULY, REGISTER, WHY, begun, sent, worked, written


def pass_a_day():
    Import.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))


def test_a_preview_that_nobody_confirmed_cannot_be_confirmed_after_a_day_and_is_swept_away(province):
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    pass_a_day()
    imported.refresh_from_db()
    assert imported.is_expired
    with pytest.raises(OvertakenError):
        confirm(imported, user=province, reason=WHY)
    remove_expired()
    assert (Import.objects.count(), ImportedFile.objects.count(), ImportedCell.objects.count()) == (0, 0, 0)


def test_what_was_written_stays_with_its_file_and_its_cells(province):
    imported = written(province, [REGISTER, [CODE, None, 5000, 1, None]])
    pass_a_day()
    remove_expired()
    assert ImportedFile.objects.get(of=imported).content
    assert imported.cells.filter(project=CODE, field="total_investment").exists()
    assert imported.digest == hashlib.sha256(imported.file.content).hexdigest()
    imported = undo(imported, user=province, reason="发错了")
    remove_expired()
    assert worked(imported).state == "undone"
    remove_expired()
    assert imported.cells.exists()


@pytest.mark.no_database  # all of them before anything is stored
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_is_refused_and_nothing_of_it_is_kept(province, monkeypatch, name):
    """Where it can be seen at once, at once; else when its sheet is read."""
    monkeypatch.setattr(limits, "MOST_ELEMENTS", 10_000)  # the true limit is held where such files are opened
    make, file, _words = HOSTILE[name]
    programme = Programme.objects.get(year=2023)
    with suppress(ValidationError):
        begin(province, kind="register", programme=programme, month=None, name=file, content=make())
    for imported in Import.objects.all():
        imported = worked(imported)
        assert (imported.state, bool(imported.words)) == ("refused", True)
    assert not ImportedFile.objects.exists()
    assert not ImportedCell.objects.exists()


def test_reports_of_a_month_whose_round_has_not_opened_are_not_taken(changsha_writer):
    opens = dt.date(2024, 10, 1)  # long after the working date
    with create_revision():
        days = {"opens": opens, "due": opens.replace(day=9), "closes": opens.replace(day=20)}
        planned = Round(programme=Programme.objects.get(year=2023), month=11, **days)
        planned.save()
    assert planned.state == RoundState.PLANNED
    with pytest.raises(ValidationError) as refused:
        begun(changsha_writer, [JULY, [CODE, 1, None]], kind="reports", month=planned.month)
    assert set(refused.value.message_dict) == {"month"}


def test_a_job_that_comes_too_late_stores_nothing(province):
    """Somebody has said another mapping meanwhile: its own job checks that one."""
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    old = imported.job
    remap(imported, user=province, mapping={"A": {"field": "code"}, "C": {"field": "total_investment", "unit": 1}})
    Job.objects.filter(pk=old.pk).update(state="waiting")
    imported = worked(imported)
    assert imported.cells.get(field="total_investment").after == 5000
    assert imported.cells.filter(field="planned_disbursement").count() == 0
