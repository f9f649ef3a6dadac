"""Keep of each entry the months of trial production and of production too, and know whose row it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0022_imports")]

    operations = [
        migrations.AddField(
            model_name="reportedmonths",
            name="trial",
            field=models.SmallIntegerField(default=0, verbose_name="months of trial production"),
        ),
        migrations.AddField(
            model_name="reportedmonths",
            name="producing",
            field=models.SmallIntegerField(default=0, verbose_name="months in production"),
        ),
        migrations.SeparateDatabaseAndState(  # the column is the same, and no constraint is on it
            state_operations=[
                migrations.AlterField(
                    model_name="reportedmonths",
                    name="entry",
                    field=models.OneToOneField(
                        db_column="entry",
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="reported",
                        serialize=False,
                        to="projects.entry",
                        verbose_name="list entry",
                    ),
                )
            ]
        ),
    ]
