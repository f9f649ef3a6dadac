from functools import partial

from django.db import migrations

NEW = ("published-figure", "lower-basis")


def forget_new_rules(apps, schema_editor, *, kinds):
    """An earlier state knows no such rules, and takes no limit of them. Those that were overruled are in the log, and stay."""
    using = schema_editor.connection.alias
    rules = apps.get_model("projects", "PlausibilityRule").objects.using(using).filter(kind__in=kinds)
    apps.get_model("projects", "PlausibilityTally").objects.using(using).filter(rule__in=rules).delete()
    rules.delete()


def recall_new_rules(apps, schema_editor, *, kinds):
    """What a site had of them before it went back to the earlier state, as its log still holds it."""
    using = schema_editor.connection.alias
    rule = apps.get_model("projects", "PlausibilityRule")
    versions = apps.get_model("projects", "HistoricalPlausibilityRule").objects.using(using).filter(kind__in=kinds)
    newest = {each["id"]: each for each in versions.order_by("history_id").values()}
    names = [field.attname for field in rule._meta.concrete_fields]
    lacking = set(newest) - set(rule.objects.using(using).values_list("pk", flat=True))
    rule.objects.using(using).bulk_create(
        rule(**{name: newest[key][name] for name in names})
        for key in sorted(lacking)
        if newest[key]["history_type"] != "-"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0043_published_figures_and_lower_basis"),
    ]

    # by itself: PostgreSQL alters no table of which rows were deleted in the same transaction
    operations = [
        migrations.RunPython(partial(recall_new_rules, kinds=NEW), partial(forget_new_rules, kinds=NEW)),
    ]
