"""Rules that triggers hold, whoever writes: a chain link belongs to its project's sector; the log is append-only."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations import Migration

from projects.database import guards
from projects.database.guards import ALTERABLE
from projects.history.revisions import create_revision
from projects.models import Claim, Project, Revision, Seal
from projects.models.revision import sealed_models
from sectors.models import ChainLink, Sector

CODE = "HN-EI-2023-13"


def rows(model):
    """Straight SQL: no validation, no history."""
    return models.QuerySet(model)


@pytest.fixture
def elsewhere(register):
    """A chain link of another sector than the project's."""
    return ChainLink.objects.get(code="battery-cells")


def refuse_both_ways(elsewhere):
    project = Project.objects.get(code=CODE)
    with pytest.raises(DatabaseError, match="project_chain_link_belongs_to_sector"), transaction.atomic():
        rows(Project).filter(code=CODE).update(chain_link=elsewhere)
    with pytest.raises(DatabaseError, match="project_chain_link_belongs_to_sector"), transaction.atomic():
        rows(Project).filter(code=CODE).update(sector=elsewhere.sector)
    project.pk, project.code, project.chain_link = None, "HN-EI-2023-99", elsewhere
    with pytest.raises(DatabaseError, match="project_chain_link_belongs_to_sector"), transaction.atomic():
        rows(Project).bulk_create([project])
    with pytest.raises(DatabaseError, match="chain_link_keeps_sector_of_its_projects"), transaction.atomic():
        rows(ChainLink).filter(code="computers-servers").update(sector=elsewhere.sector)


def test_the_database_refuses_it_on_insert_and_on_update(elsewhere):
    refuse_both_ways(elsewhere)


def test_a_project_can_move_to_another_sector_with_its_link_or_without_one(elsewhere):
    rows(Project).filter(code=CODE).update(sector=elsewhere.sector, chain_link=elsewhere)
    rows(Project).filter(code=CODE).update(sector=Sector.objects.get(code="new-display"), chain_link=None)
    assert Project.objects.get(code=CODE).sector.code == "new-display"


def test_a_person_is_told_at_the_field(elsewhere):
    project = Project.objects.get(code=CODE)
    project.chain_link = elsewhere
    with pytest.raises(ValidationError) as refused:
        project.save()
    assert list(refused.value.message_dict) == ["chain_link"]


def test_a_link_that_projects_use_cannot_move_and_a_person_is_told(elsewhere):
    link = ChainLink.objects.get(code="computers-servers")
    link.sector = elsewhere.sector
    with pytest.raises(ValidationError) as refused, create_revision():
        link.save()
    assert list(refused.value.message_dict) == ["sector"]


@pytest.mark.parametrize(("model", "name"), [(Project, "note_zh"), (ChainLink, "name_en")])
def test_a_migration_can_make_a_table_anew_and_the_rule_holds_again_afterwards(live_register, model, name):
    elsewhere = ChainLink.objects.get(code="battery-cells")
    field = model._meta.get_field(name)
    changed = models.CharField(max_length=500, blank=True)
    changed.set_attributes_from_name(name)
    changed.model = model
    plan = [(Migration("9999_any", "projects"), False)]
    for old, new in ((field, changed), (changed, field)):
        emit_pre_migrate_signal(0, False, "default", plan=plan)
        with connection.constraint_checks_disabled(), connection.schema_editor() as editor:
            editor.alter_field(model, old, new)  # SQLite makes the whole table anew
        emit_post_migrate_signal(0, False, "default", plan=plan)
    refuse_both_ways(elsewhere)


def test_a_migrate_without_migrations_leaves_the_rule_in_place(register, elsewhere):
    emit_pre_migrate_signal(0, False, "default", plan=[])
    refuse_both_ways(elsewhere)


def logged():
    """One row of every kind that is written once."""
    return [Project.history.first(), Claim.history.first(), Revision.objects.first(), Seal.objects.first()]


def test_what_is_in_the_log_can_neither_be_changed_nor_deleted(register):
    for row in logged():
        names = [each.name for each in row._meta.concrete_fields if each.name not in ALTERABLE]
        for name in names:
            with pytest.raises(DatabaseError, match="_is_append_only"), transaction.atomic():
                rows(type(row)).filter(pk=row.pk).update(**{name: getattr(row, name)})
        with pytest.raises(DatabaseError, match="_is_append_only"), transaction.atomic():
            rows(type(row)).filter(pk=row.pk)._raw_delete(connection.alias)


def test_no_guard_is_left_out_of_a_migrated_database(register):
    expected = guards.get_guards(connection.vendor)
    assert len(expected) > 50
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(listed)
        made = {name for (name,) in cursor.fetchall()}
    assert {guard.name for guard in expected} - made == set()


def test_every_table_of_the_log_is_guarded(register):
    tables = {guard.table for guard in guards.get_append_only_guards(connection.vendor)}
    assert {model._meta.db_table for model in sealed_models()} < tables
    assert {"projects_revision", "projects_seal", "projects_historicalsector", "projects_reportevent"} < tables


def test_no_table_of_the_log_is_emptied_at_once(register):
    if connection.vendor != "postgresql":
        return  # SQLite knows no TRUNCATE
    with pytest.raises(DatabaseError, match="_is_append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE projects_historicalclaim")
