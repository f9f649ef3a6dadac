"""One amount is below 500 billion CNY: a million records of twelve months then stay below 2^63 when they are added up."""

from django.core.management import CommandError
from django.db import migrations, models
from django.db.models import Q

import projects.models.fields

LIMIT = 500_000_000_000
SHOWN = 5  # records that are named of each figure
AMOUNTS = [
    ("claim", "amount"),
    ("entry", "planned_disbursement"),
    ("entry", "disbursed_before"),
    ("monthlyreport", "forecast"),
    ("plan", "amount"),
    ("project", "total_investment"),
    ("project", "expected_revenue"),
]


def refuse_larger_ones(apps, schema_editor):
    """In words, where the database would only say that a check failed."""
    found = []
    for model, name in [*AMOUNTS, ("monthlyreport", "disbursed")]:
        records = apps.get_model("projects", model).objects.using(schema_editor.connection.alias)
        too_large = records.filter(Q(**{f"{name}__gte": LIMIT}) | Q(**{f"{name}__lte": -LIMIT}))
        ids = list(too_large.order_by("pk").values_list("pk", flat=True)[: SHOWN + 1])
        if ids:
            more = ", …" if len(ids) > SHOWN else ""
            found.append(f"{model} {name}: id {', '.join(map(str, ids[:SHOWN]))}{more}")
    if found:
        raise CommandError(
            "One amount must now be below 500 billion CNY, but there are larger ones. Correct them with the version of"
            " the product that you have, so that the history says who did and why, then migrate again.\n"
            + "\n".join(found)
        )


def narrowed(model, name):
    """The two operations for an amount that is not negative."""
    start = f"{'report' if model == 'monthlyreport' else model}_{name}_from_0_to_below"
    return [
        migrations.RemoveConstraint(model_name=model, name=f"{start}_10_15"),
        migrations.AddConstraint(
            model_name=model,
            constraint=models.CheckConstraint(
                condition=Q((f"{name}__gte", 0), (f"{name}__lt", LIMIT)),
                name=f"{start}_500_billion",
                violation_error_message="An amount is not negative and below 500 billion CNY.",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0005_state_of_readers"),
    ]

    operations = [
        migrations.RunPython(refuse_larger_ones, migrations.RunPython.noop),
        *(operation for model, name in AMOUNTS for operation in narrowed(model, name)),
        migrations.RemoveConstraint(
            model_name="monthlyreport",
            name="report_disbursed_above_minus_10_15_and_below_10_15",
        ),
        migrations.AddConstraint(
            model_name="monthlyreport",
            constraint=models.CheckConstraint(
                condition=Q(("disbursed__gt", -LIMIT), ("disbursed__lt", LIMIT)),
                name="report_disbursed_above_minus_500_billion_and_below_500_billion",
                violation_error_message="An amount lies between −500 and 500 billion CNY.",
            ),
        ),
        *(
            migrations.AlterField(
                model_name=model,
                name="value",
                field=projects.models.fields.TargetField(
                    verbose_name="value",
                    help_text="Whole CNY for money; otherwise a number of projects or enterprises.",
                ),
            )
            for model in ("target", "historicaltarget")
        ),
        migrations.AlterConstraint(
            model_name="target",
            name="target_value_from_0_to_below_10_15",
            constraint=models.CheckConstraint(
                condition=Q(("value__gte", 0), ("value__lt", 1_000_000_000_000_000)),
                name="target_value_from_0_to_below_10_15",
                violation_error_message="A target is not negative and below 1,000,000 billion CNY.",
            ),
        ),
    ]
