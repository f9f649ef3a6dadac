"""An import of many rows is taken back as a whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from projects.changes.verification import Counts, verify
from projects.history.revisions import create_revision
from projects.models import Enterprise, Entry, Project, Revision

from .sent import REGISTER, undone, written

HEADS = [*REGISTER, "企业名称", "投资项目统一代码", "备注"]
MANY = 40


def stored() -> dict[str, list[Any]]:
    return {each.__name__: list(models.QuerySet(each).order_by("pk").values()) for each in (Enterprise, Project, Entry)}


def new_rows(count: int) -> list[list[Any]]:
    return [[None, f"新项目{n}", 100 + n, 8, "能源电子", f"新企业{n}", None, None] for n in range(count)]


def changed_rows() -> list[list[Any]]:
    listed = Project.objects.filter(entries__programme__year=2023).order_by("code")
    national = "2304-430100-04-01-{:06}"
    return [
        [project.code, None, None, None, None, None, national.format(n), "一期"] for n, project in enumerate(listed)
    ]


def test_many_that_were_made_and_changed_are_again_what_they_were(province: Any) -> None:
    before = stored()
    imported = written(province, [HEADS, *new_rows(MANY), *changed_rows()])
    assert imported.state == "done", imported.words
    assert stored() != before
    imported = undone(imported, user=province)
    assert (imported.state, imported.words, stored()) == ("undone", "", before)
    assert Revision.objects.get(number=imported.undone_by).undoes_id == imported.revision_made
    gone = Project.history.filter(revision=imported.undone_by, history_type="-")
    assert gone.count() == MANY
    assert not list(verify(Counts()))


@pytest.mark.usefixtures("register")
def test_where_one_cannot_go_back_none_does_and_it_is_said_which(province: Any) -> None:
    first, other = Project.objects.filter(entries__programme__year=2023).order_by("code")[:2]
    with create_revision():
        first.national_code = "2017-430100-39-03-000007"
        first.save()
    rows = [each for each in changed_rows() if each[0] != other.code]
    imported = written(province, [HEADS, *rows])
    assert imported.state == "done", imported.words
    with create_revision():
        other.national_code = "2017-430100-39-03-000007"  # which is free now, and another project has it
        other.save()
    before = stored()
    imported = undone(imported, user=province)
    assert (imported.state, imported.undone_by, stored()) == ("done", None, before)
    assert first.code in imported.words
