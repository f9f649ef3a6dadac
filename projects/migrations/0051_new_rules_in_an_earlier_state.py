from functools import partial
from importlib import import_module

from django.db import migrations

earlier = import_module("projects.migrations.0044_evidence_rules_in_an_earlier_state")
NEW = (
    *("words", "in-all", "month-of-plan", "forecast", "forecast-below", "many-enterprises", "solved", "far-date"),
    *("county", "example-name", "no-month", "new-with-spending", "part-of-target", "light-limits"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0050_plausibility_rules_of_the_third_audit"),
    ]

    operations = [
        migrations.RunPython(
            partial(earlier.recall_new_rules, kinds=NEW), partial(earlier.forget_new_rules, kinds=NEW)
        ),
    ]
