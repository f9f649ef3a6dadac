"""The rule that takes two tables: a chain link belongs to its project's sector. Triggers hold it, whoever writes."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations import Migration

from projects.models import Project
from projects.revisions import writing
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


def test_a_link_that_no_project_uses_can_move(register):
    sector = Sector.objects.get(code="new-display")
    with writing():
        ChainLink(sector=sector, code="unused", name_zh="未用").save()
    assert rows(ChainLink).filter(code="unused").update(sector=Sector.objects.get(code="smart-terminals")) == 1


def test_a_person_is_told_at_the_field(elsewhere):
    project = Project.objects.get(code=CODE)
    project.chain_link = elsewhere
    with pytest.raises(ValidationError) as refused:
        project.save()
    assert list(refused.value.message_dict) == ["chain_link"]


def test_a_link_that_projects_use_cannot_move_and_a_person_is_told(elsewhere):
    link = ChainLink.objects.get(code="computers-servers")
    link.sector = elsewhere.sector
    with pytest.raises(ValidationError) as refused, writing():
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
