import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0029_workbooks_of_targets_and_rounds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="proposal",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("project__isnull", False), ("state", "withdrawn"), _connector="OR"),
                name="proposal_without_a_project_is_withdrawn",
                violation_error_message="A proposal is about a project, as long as it is not withdrawn.",
            ),
        ),
    ]
