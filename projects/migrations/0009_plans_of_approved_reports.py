"""How much of the plan of the year the approved reports of a month speak for, kept beside their number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0008_parts_of_lists_and_output_value"),
    ]

    operations = [
        migrations.AddField(
            model_name="cell",
            name="approved_plan",
            field=models.BigIntegerField(
                default=0, verbose_name="plans of the year of entries with an approved report"
            ),
        ),
    ]
