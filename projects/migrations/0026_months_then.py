"""What the months of programmes were told from after each revision that is written from now on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0025_imports_chosen")]

    operations = [
        migrations.CreateModel(
            name="MonthsThen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("programme", models.BigIntegerField(verbose_name="programme")),
                ("revision", models.BigIntegerField(verbose_name="revision number")),
                ("rows", models.TextField(verbose_name="rows of its months")),
            ],
            options={
                "verbose_name": "months of a programme then",
                "verbose_name_plural": "months of programmes then",
                "ordering": ["programme", "-revision", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "revision"),
                        name="months_of_a_programme_once_a_revision",
                        violation_error_message="The months of this programme are stored for this revision already.",
                    )
                ],
            },
        ),
    ]
