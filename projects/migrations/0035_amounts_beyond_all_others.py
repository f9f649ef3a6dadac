from django.db import migrations, models


def forget_the_rule(apps, schema_editor):
    """An earlier state knows no such rule. What it was overruled for is in the log, and stays."""
    using = schema_editor.connection.alias
    rules = apps.get_model("projects", "PlausibilityRule").objects.using(using).filter(kind="scale")
    apps.get_model("projects", "PlausibilityTally").objects.using(using).filter(rule__in=rules).delete()
    rules.delete()
    if (
        schema_editor.connection.vendor == "postgresql"
    ):  # which alters no table while anything of it is left to be looked at
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0034_reported_months_by_their_row"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="plausibilityrule",
            name="plausibility_rule_has_a_limit_where_its_kind_has",
        ),
        migrations.AlterField(
            model_name="historicalplausibilityrule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("floor", "floor of the list"),
                    ("token-amount", "token amount"),
                    ("other-unit", "amount in another unit"),
                    ("scale", "amount beyond all others"),
                    ("target", "target against the list"),
                    ("revenue", "revenue against investment"),
                    ("plan", "plan against investment"),
                    ("zero-plan", "plan of zero"),
                    ("spent-before", "disbursement before the year"),
                    ("name", "name on the list twice"),
                    ("code", "form of the code"),
                    ("national-code", "date and region of the national project code"),
                    ("source-province", "source province"),
                    ("start", "start against the list's year"),
                    ("finish", "finish against the list's year"),
                    ("membership", "days on the list"),
                    ("decision", "day of a plan's decision"),
                    ("year-to-date", "negative year to date"),
                    ("production", "production without disbursement"),
                    ("stage", "order of stages"),
                    ("enterprises", "enterprises of a plant"),
                    ("construction-start", "start in another month"),
                    ("after-leaving", "month off the list"),
                    ("outlier", "outlier of the month's share"),
                    ("reached", "milestone in the future"),
                    ("raised", "problem in the future"),
                    ("due", "problem's deadline"),
                ],
                db_index=True,
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="plausibilityrule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("floor", "floor of the list"),
                    ("token-amount", "token amount"),
                    ("other-unit", "amount in another unit"),
                    ("scale", "amount beyond all others"),
                    ("target", "target against the list"),
                    ("revenue", "revenue against investment"),
                    ("plan", "plan against investment"),
                    ("zero-plan", "plan of zero"),
                    ("spent-before", "disbursement before the year"),
                    ("name", "name on the list twice"),
                    ("code", "form of the code"),
                    ("national-code", "date and region of the national project code"),
                    ("source-province", "source province"),
                    ("start", "start against the list's year"),
                    ("finish", "finish against the list's year"),
                    ("membership", "days on the list"),
                    ("decision", "day of a plan's decision"),
                    ("year-to-date", "negative year to date"),
                    ("production", "production without disbursement"),
                    ("stage", "order of stages"),
                    ("enterprises", "enterprises of a plant"),
                    ("construction-start", "start in another month"),
                    ("after-leaving", "month off the list"),
                    ("outlier", "outlier of the month's share"),
                    ("reached", "milestone in the future"),
                    ("raised", "problem in the future"),
                    ("due", "problem's deadline"),
                ],
                max_length=20,
                unique=True,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="plausibilityrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            [
                                "floor",
                                "token-amount",
                                "other-unit",
                                "scale",
                                "target",
                                "revenue",
                                "plan",
                                "spent-before",
                                "start",
                                "construction-start",
                                "outlier",
                            ],
                        ),
                        ("limit__isnull", False),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "kind__in",
                                [
                                    "floor",
                                    "token-amount",
                                    "other-unit",
                                    "scale",
                                    "target",
                                    "revenue",
                                    "plan",
                                    "spent-before",
                                    "start",
                                    "construction-start",
                                    "outlier",
                                ],
                            ),
                            _negated=True,
                        ),
                        ("limit__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="plausibility_rule_has_a_limit_where_its_kind_has",
                violation_error_message="This kind of rule needs a limit.",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_the_rule),
    ]
