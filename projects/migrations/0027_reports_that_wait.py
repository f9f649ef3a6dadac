from django.db import migrations, models


class Migration(migrations.Migration):
    """What waits for review or was returned is found without reading all reports."""

    dependencies = [("projects", "0026_months_then")]

    operations = [
        migrations.AddIndex(
            model_name="monthlyreport",
            index=models.Index(
                condition=models.Q(("state", "submitted")), fields=["state", "month"], name="report_submitted"
            ),
        ),
        migrations.AddIndex(
            model_name="monthlyreport",
            index=models.Index(
                condition=models.Q(("state", "returned")), fields=["state", "month"], name="report_returned"
            ),
        ),
    ]
