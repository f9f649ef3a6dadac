"""A register with a record of every kind, and the same with more projects and what hangs on them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from projects.choices import Role
from projects.models import Claim, Milestone, Note, Plan, Problem, Rating
from tests.many_projects import copy_rows, fill, let_wait
from tests.markup import world
from tests.people import CHANGSHA, person

OF_A_PROJECT = (Claim, Milestone, Problem, Note)
OF_AN_ENTRY = (Plan, Rating)
_IS_COPIED = "EXISTS (SELECT 1 FROM projects_project p WHERE p.id = t.project_id AND p.basis = 'illustrative')"
_IS_COPIED_ENTRY = (
    "EXISTS (SELECT 1 FROM projects_entry e JOIN projects_project p ON p.id = e.project_id"
    " WHERE e.id = t.entry_id AND p.basis = 'illustrative')"
)


def small() -> Any:
    """A record of every kind beside the register's 42 projects; the user of the province, who reads all of it."""
    province, writer = person("province", Role.PROVINCE), person("changsha", Role.PREFECTURE_WRITER, CHANGSHA)
    person("changsha-reader", Role.PREFECTURE_READER, CHANGSHA)
    world.add(province, writer, person("administrator", Role.ADMINISTRATOR))
    return province


def grow(projects: int) -> None:
    """So many more projects, with the entries, reports and everything else of those they are copies of."""
    fill(projects=projects, versions=1)
    let_wait(get_user_model().objects.get(username="changsha"))
    with connection.cursor() as cursor:
        for model in OF_A_PROJECT:
            copy_rows(cursor, model, {}, _IS_COPIED, ("project_id", *(["report_id"] if model is Note else [])))
        for model in OF_AN_ENTRY:
            copy_rows(cursor, model, {}, _IS_COPIED_ENTRY, ("entry_id",))
        cursor.execute("ANALYZE")
