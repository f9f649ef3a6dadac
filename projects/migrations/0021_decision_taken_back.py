"""A decision of the review can be taken back: one more action of a report. Nothing is stored otherwise."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0020_days_of_tasks")]

    operations = [
        migrations.AlterField(
            model_name="reportevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("submit", "submitted"),
                    ("withdraw", "withdrawn"),
                    ("return", "returned"),
                    ("approve", "approved"),
                    ("reopen", "opened again"),
                    ("retract", "decision taken back"),
                ],
                max_length=8,
                verbose_name="action",
            ),
        ),
    ]
