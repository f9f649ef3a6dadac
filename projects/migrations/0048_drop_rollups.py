from django.db import migrations

from projects.database.guards import drop_named
from projects.database.installation import OF_ROLLUPS


def drop_triggers(apps, schema_editor):
    """Every table that they write goes."""
    drop_named(schema_editor.connection.alias, OF_ROLLUPS)


class Migration(migrations.Migration):
    dependencies = [("projects", "0047_state_numbers")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop, elidable=True),
        migrations.DeleteModel("Cell"),
        migrations.DeleteModel("ReportedMonths"),
        migrations.DeleteModel("MonthsThen"),
    ]
