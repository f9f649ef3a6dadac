from django.db import migrations, models

OF_PREFECTURES = ("prefecture-reader", "prefecture-writer")


def say_reach(apps, schema_editor):
    """Of what was sent before: what its token was bound to, or what its sender is granted now."""
    using = schema_editor.connection.alias
    for sent in apps.get_model("projects", "Import").objects.using(using).order_by("pk").iterator():
        grants = apps.get_model("projects", "Grant").objects.using(using).filter(user=sent.user_id)
        of_prefectures = grants.filter(role__in=OF_PREFECTURES).values_list("prefecture__adcode", flat=True)
        of_all = grants.exclude(role__in=OF_PREFECTURES).exists()
        sent.reach = ",".join(sorted(sent.bound_to or ([] if of_all else set(of_prefectures))))
        sent.save(update_fields=["reach"])


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0032_rules_gone_in_an_earlier_state"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="reach",
            field=models.TextField(
                blank=True, default="", verbose_name="prefectures that its sender could read, blank for all"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(say_reach, migrations.RunPython.noop),
    ]
