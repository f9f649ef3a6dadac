from django.db import migrations, models

_KINDS = [
    ("register", "projects and their places on the list"),
    ("reports", "monthly reports"),
    ("targets", "targets of the year"),
    ("rounds", "rounds of the year"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0028_national_project_code"),
    ]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="kind",
            field=models.CharField(choices=_KINDS, max_length=8, verbose_name="kind of workbook"),
        )
        for model in ("import", "rememberedmapping")
    ]
