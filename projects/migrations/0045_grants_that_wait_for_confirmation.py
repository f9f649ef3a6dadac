import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0044_evidence_rules_in_an_earlier_state"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="assigned_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assigned_grants",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned by",
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="confirmed_grants",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="is_waiting",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="It gives nothing until another administrator has confirmed it.",
                verbose_name="waits for confirmation",
            ),
        ),
        migrations.AddField(
            model_name="historicalgrant",
            name="assigned_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned by",
            ),
        ),
        migrations.AddField(
            model_name="historicalgrant",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="historicalgrant",
            name="is_waiting",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="It gives nothing until another administrator has confirmed it.",
                verbose_name="waits for confirmation",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(
                        ("is_waiting", False),
                        models.Q(("confirmed_by", models.F("user")), _negated=True),
                        models.Q(
                            ("assigned_by__isnull", True),
                            models.Q(("confirmed_by", models.F("assigned_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="grant_is_confirmed_by_another",
                violation_error_message="A role is confirmed by an administrator who neither assigned it nor receives it nor set the password of the account.",
            ),
        ),
    ]
