from functools import partial
from importlib import import_module

from django.db import migrations

earlier = import_module("projects.migrations.0032_rules_gone_in_an_earlier_state")
NEW = ("published-figure", "lower-basis")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0043_published_figures_and_lower_basis"),
    ]

    # by itself, as the one that it is made of
    operations = [
        migrations.RunPython(
            partial(earlier.recall_new_rules, kinds=NEW), partial(earlier.forget_new_rules, kinds=NEW)
        ),
    ]
