from functools import partial
from importlib import import_module

from django.db import migrations

earlier = import_module("projects.migrations.0032_rules_gone_in_an_earlier_state")
NEW = ("zero-target",)


def forget_returns(apps, schema_editor):
    """An earlier state tells nobody of returned reports, so it keeps no record of it."""
    sent = apps.get_model("projects", "ReminderSent").objects.using(schema_editor.connection.alias)
    sent.filter(kind="return").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0037_returned_reports_and_zero_targets"),
    ]

    # by itself, as the one that it is made of
    operations = [
        migrations.RunPython(
            partial(earlier.recall_new_rules, kinds=NEW), partial(earlier.forget_new_rules, kinds=NEW)
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_returns),
    ]
