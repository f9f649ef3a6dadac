"""Cells have their key for an id: to keep them is cheaper by an index, a sequence and a check."""

from django.db import migrations, models


def copy(name, to):
    def run(apps, schema_editor):
        """So that totals are right at every moment: the triggers go on to write what has the name."""
        columns = [field.column for field in apps.get_model("projects", "CellOfKey")._meta.local_concrete_fields]
        columns = ", ".join(filter(None, columns))
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"LOCK TABLE {name} IN EXCLUSIVE MODE")
        schema_editor.execute(f"INSERT INTO {to} ({columns}) SELECT {columns} FROM {name}")  # nosec B608 # our own names

    return run


def leave_room(apps, schema_editor):
    """For the next version of a row on its page: an index need not be written then."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE projects_cellofkey SET (fillfactor = 50)")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0003_codes_that_are_no_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="CellOfKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "programme",
                        "month",
                        "prefecture",
                        "chain_link",
                        "sector",
                        "basis",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("programme", models.BigIntegerField(verbose_name="programme")),
                ("month", models.SmallIntegerField(verbose_name="month")),
                ("prefecture", models.BigIntegerField(verbose_name="prefecture")),
                ("sector", models.BigIntegerField(verbose_name="sector")),
                ("chain_link", models.BigIntegerField(verbose_name="chain link")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("published", "published"),
                            ("reported", "reported"),
                            ("illustrative", "illustrative"),
                        ],
                        max_length=12,
                        verbose_name="basis",
                    ),
                ),
                ("project_count", models.BigIntegerField(default=0, verbose_name="number of projects")),
                ("total_investment", models.BigIntegerField(default=0, verbose_name="total investment")),
                (
                    "total_investment_known",
                    models.BigIntegerField(default=0, verbose_name="total investment: records with a figure"),
                ),
                ("expected_revenue", models.BigIntegerField(default=0, verbose_name="expected revenue a year")),
                (
                    "expected_revenue_known",
                    models.BigIntegerField(default=0, verbose_name="expected revenue a year: records with a figure"),
                ),
                (
                    "transferred_count",
                    models.BigIntegerField(default=0, verbose_name="projects transferred from other provinces"),
                ),
                (
                    "transferred_count_known",
                    models.BigIntegerField(
                        default=0, verbose_name="projects transferred from other provinces: records with a figure"
                    ),
                ),
                (
                    "enterprises_attracted_of",
                    models.BigIntegerField(
                        default=0, verbose_name="enterprises attracted: records that could have one"
                    ),
                ),
                (
                    "planned_disbursement",
                    models.BigIntegerField(default=0, verbose_name="planned disbursement of the year"),
                ),
                (
                    "planned_disbursement_known",
                    models.BigIntegerField(
                        default=0, verbose_name="planned disbursement of the year: records with a figure"
                    ),
                ),
                ("approved", models.BigIntegerField(default=0, verbose_name="reports approved")),
                ("disbursed", models.BigIntegerField(default=0, verbose_name="disbursed")),
                ("disbursed_known", models.BigIntegerField(default=0, verbose_name="disbursed: records with a figure")),
                (
                    "disbursed_first",
                    models.BigIntegerField(default=0, verbose_name="disbursed: entries beginning here"),
                ),
                ("enterprises_attracted", models.BigIntegerField(default=0, verbose_name="enterprises attracted")),
                (
                    "enterprises_attracted_known",
                    models.BigIntegerField(default=0, verbose_name="enterprises attracted: records with a figure"),
                ),
                (
                    "enterprises_attracted_first",
                    models.BigIntegerField(default=0, verbose_name="enterprises attracted: entries beginning here"),
                ),
            ],
            options={
                "verbose_name": "cell of sums",
                "verbose_name_plural": "cells of sums",
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
        migrations.RunPython(copy("projects_cell", "projects_cellofkey"), copy("projects_cellofkey", "projects_cell")),
        migrations.DeleteModel(name="Cell"),
        migrations.RenameModel(old_name="CellOfKey", new_name="Cell"),
    ]
