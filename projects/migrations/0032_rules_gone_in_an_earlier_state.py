from django.db import migrations

NEW = ("target", "national-code")


def forget_new_rules(apps, schema_editor):
    """An earlier state knows no such rules, and takes no limit of them. Those that were overruled are in the log, and stay."""
    using = schema_editor.connection.alias
    rules = apps.get_model("projects", "PlausibilityRule").objects.using(using).filter(kind__in=NEW)
    apps.get_model("projects", "PlausibilityTally").objects.using(using).filter(rule__in=rules).delete()
    rules.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0031_plausibility_of_targets_and_national_codes"),
    ]

    # by itself: PostgreSQL alters no table of which rows were deleted in the same transaction
    operations = [
        migrations.RunPython(migrations.RunPython.noop, forget_new_rules),
    ]
