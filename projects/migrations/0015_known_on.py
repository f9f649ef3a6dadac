"""The day on which the facts of a revision became known, beside the moment at which they were recorded.

Revisions of before have none, and none is filled in: that is what their digests cover.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0014_shares_of_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="known_on",
            field=models.DateField(
                blank=True,
                help_text=(
                    "The day on which its facts became known, of a register that was moved in. Blank: when recorded."
                ),
                null=True,
                verbose_name="known on",
            ),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["known_on", "number"], name="revision_by_day_of_knowledge"),
        ),
    ]
