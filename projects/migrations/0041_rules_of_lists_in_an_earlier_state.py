from functools import partial
from importlib import import_module

from django.db import migrations

earlier = import_module("projects.migrations.0032_rules_gone_in_an_earlier_state")
NEW = ("carried-forward", "off-list")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0040_carried_forward_and_off_list"),
    ]

    # by itself, as the one that it is made of
    operations = [
        migrations.RunPython(
            partial(earlier.recall_new_rules, kinds=NEW), partial(earlier.forget_new_rules, kinds=NEW)
        ),
    ]
