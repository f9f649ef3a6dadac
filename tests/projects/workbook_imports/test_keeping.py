"""What is kept of imports, and for how long."""

from __future__ import annotations

import datetime as dt
import hashlib
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portfolio.housekeeping import remove_expired
from projects.models import Import, ImportedCell, ImportedFile, Job, Programme
from projects.workbook_imports import begin, confirm, remap, undo
from projects.workflows.transitions import OvertakenError
from tests.projects.imports.workbooks.test_hostile_files import HOSTILE

from .sent import CODE, REGISTER, WHY, sent, worked, written


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


@pytest.mark.parametrize("name", ["a picture", "a zip bomb", "no cells", "an open quotation mark"])
def test_a_hostile_file_is_refused_and_nothing_of_it_is_kept(province, name):
    """Where it can be seen at once, at once; else when its sheet is read."""
    make, file, _words = HOSTILE[name]
    programme = Programme.objects.get(year=2023)
    with suppress(ValidationError):
        begin(province, kind="register", programme=programme, month=None, name=file, content=make())
    for imported in Import.objects.all():
        imported = worked(imported)
        assert (imported.state, bool(imported.words)) == ("refused", True)
    assert not ImportedFile.objects.exists()
    assert not ImportedCell.objects.exists()


def test_a_job_that_comes_too_late_stores_nothing(province):
    """Somebody has said another mapping meanwhile: its own job checks that one."""
    imported = sent(province, [REGISTER, [CODE, None, 5000, 1, None]])
    old = imported.job
    remap(imported, user=province, mapping={"A": {"field": "code"}, "C": {"field": "total_investment", "unit": 1}})
    Job.objects.filter(pk=old.pk).update(state="waiting")
    imported = worked(imported)
    assert imported.cells.get(field="total_investment").after == 5000
    assert imported.cells.filter(field="planned_disbursement").count() == 0
