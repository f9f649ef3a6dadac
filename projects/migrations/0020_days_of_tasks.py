"""Find what is due among milestones and problems by its day, which is counted for every page of who has tasks."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("projects", "0019_jobs")]

    operations = [
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(
                Coalesce("expected", "planned"),
                models.F("project"),
                condition=models.Q(actual__isnull=True),
                name="milestone_unreached_by_day",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(state="solved", _negated=True),
                fields=["due", "project"],
                name="problem_unsolved_by_day",
            ),
        ),
    ]
