import re

from django.db import migrations, models

_FORMER = re.compile(r".+_(counts|readers|frame)_(insert|update|delete|truncate)")
_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal",
}


def drop_former_triggers(apps, schema_editor):
    """Drop the triggers that write the tables which go: no other write would succeed without these."""
    vendor = schema_editor.connection.vendor
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[vendor])
        for trigger, table in cursor.fetchall():
            if not _FORMER.fullmatch(trigger):
                continue
            if vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {trigger}")
            else:
                cursor.execute(f"DROP TRIGGER {trigger} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {trigger}()")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0046_checks_of_the_queue"),
    ]

    operations = [
        migrations.RunPython(drop_former_triggers, migrations.RunPython.noop),
        migrations.DeleteModel(name="DataState"),
        migrations.DeleteModel(name="ReaderState"),
        migrations.DeleteModel(name="TableState"),
        migrations.CreateModel(
            name="StateNumber",
            fields=[
                ("name", models.CharField(max_length=10, primary_key=True, serialize=False, verbose_name="name")),
                ("number", models.BigIntegerField(verbose_name="number")),
                ("written_in", models.BigIntegerField(verbose_name="transaction")),
            ],
            options={
                "verbose_name": "state number",
                "verbose_name_plural": "state numbers",
                "ordering": ["name"],
            },
        ),
    ]
