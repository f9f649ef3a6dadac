import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0003_language_of_emails"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_set_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="The last other person who did. Blank: nobody but its owner, or on the server.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="password set by",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="session_generation",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="Another one whenever the account is taken out of use or back, so that sessions of before are void.",
                verbose_name="generation of sessions",
            ),
        ),
    ]
