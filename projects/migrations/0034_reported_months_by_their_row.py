"""Keep the reported months of an entry under its key itself: SQLite has no index to go by then."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0033_reach_of_imports")]

    operations = [
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
        ),
    ]
