from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0011_frame_and_lists_by_code")]

    operations = [
        migrations.RenameField("webhook", "paused_because", "pause_detail"),  # what was said stays as it was said
        migrations.AlterField(
            "webhook",
            "pause_detail",
            models.TextField(blank=True, editable=False, verbose_name="paused: more"),
        ),
        migrations.AddField(
            "webhook",
            "pause_reason",
            models.CharField(
                blank=True,
                choices=[
                    ("person", "Paused by hand."),
                    ("owner", "The account of the owner is closed, or may not read anything any more."),
                    ("given_up", "It did not take a message for days."),
                ],
                editable=False,
                max_length=8,
                verbose_name="paused because",
            ),
        ),
    ]
