"""Texts of fields and constraints in the words of the data dictionary: nothing is stored otherwise."""

import django.core.validators
from django.conf import settings
from django.db import migrations, models

import projects.models.attribution
import projects.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0017_report_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="cell",
            name="disbursed_known",
            field=models.BigIntegerField(default=0, verbose_name="disbursed: records with data"),
        ),
        migrations.AlterField(
            model_name="cell",
            name="disbursed_of_plan_known",
            field=models.BigIntegerField(default=0, verbose_name="% of plan: records with data"),
        ),
        migrations.AlterField(
            model_name="cell",
            name="enterprises_attracted_known",
            field=models.BigIntegerField(default=0, verbose_name="enterprises attracted: records with data"),
        ),
        migrations.AlterField(
            model_name="cell",
            name="enterprises_attracted_of",
            field=models.BigIntegerField(default=0, verbose_name="enterprises attracted: records that could have data"),
        ),
        migrations.AlterField(
            model_name="cell",
            name="expected_revenue",
            field=models.BigIntegerField(default=0, verbose_name="expected annual revenue at full capacity"),
        ),
        migrations.AlterField(
            model_name="cell",
            name="expected_revenue_known",
            field=models.BigIntegerField(
                default=0, verbose_name="expected annual revenue at full capacity: records with data"
            ),
        ),
        migrations.AlterField(
            model_name="cell",
            name="planned_disbursement_known",
            field=models.BigIntegerField(default=0, verbose_name="planned disbursement of the year: records with data"),
        ),
        migrations.AlterField(
            model_name="cell",
            name="total_investment_known",
            field=models.BigIntegerField(default=0, verbose_name="total investment: records with data"),
        ),
        migrations.AlterField(
            model_name="cell",
            name="transferred_count_known",
            field=models.BigIntegerField(
                default=0, verbose_name="projects transferred from other provinces: records with data"
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="figure",
            field=models.CharField(
                choices=[
                    ("total_investment", "total investment"),
                    ("expected_revenue", "expected annual revenue at full capacity"),
                    ("start", "start"),
                    ("finish", "finish"),
                    ("year_plan_progress", "share of the year's plan"),
                ],
                max_length=20,
                verbose_name="figure",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="scope_en",
            field=models.CharField(blank=True, max_length=200, verbose_name="scope, English"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="scope_zh",
            field=models.CharField(blank=True, max_length=200, verbose_name="scope, Chinese"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="stated",
            field=models.CharField(
                blank=True,
                help_text="For a date 2024-Q3 or 2023-12; for a share of the year's plan a percentage.",
                max_length=20,
                verbose_name="stated",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="planned_disbursement_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="planned disbursement reported by",
            ),
        ),
        migrations.AlterField(
            model_name="historicalclaim",
            name="figure",
            field=models.CharField(
                choices=[
                    ("total_investment", "total investment"),
                    ("expected_revenue", "expected annual revenue at full capacity"),
                    ("start", "start"),
                    ("finish", "finish"),
                    ("year_plan_progress", "share of the year's plan"),
                ],
                max_length=20,
                verbose_name="figure",
            ),
        ),
        migrations.AlterField(
            model_name="historicalclaim",
            name="scope_en",
            field=models.CharField(blank=True, max_length=200, verbose_name="scope, English"),
        ),
        migrations.AlterField(
            model_name="historicalclaim",
            name="scope_zh",
            field=models.CharField(blank=True, max_length=200, verbose_name="scope, Chinese"),
        ),
        migrations.AlterField(
            model_name="historicalclaim",
            name="stated",
            field=models.CharField(
                blank=True,
                help_text="For a date 2024-Q3 or 2023-12; for a share of the year's plan a percentage.",
                max_length=20,
                verbose_name="stated",
            ),
        ),
        migrations.AlterField(
            model_name="historicalentry",
            name="planned_disbursement_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="planned disbursement reported by",
            ),
        ),
        migrations.AlterField(
            model_name="historicallightrule",
            name="explain_beyond",
            field=models.PositiveSmallIntegerField(
                default=10,
                help_text="A report further behind its plan than this says why, and what is done about it.",
                validators=[django.core.validators.MaxValueValidator(100, "A limit is at most 100.")],
                verbose_name="percentage points behind that need a reason",
            ),
        ),
        migrations.AlterField(
            model_name="historicallightrule",
            name="method",
            field=models.CharField(
                choices=[
                    ("points", "percentage points behind the pro-rata plan"),
                    ("share", "share of the pro-rata plan"),
                ],
                default="points",
                max_length=6,
                verbose_name="method",
            ),
        ),
        migrations.AlterField(
            model_name="historicallightrule",
            name="red",
            field=models.PositiveSmallIntegerField(
                help_text="Percentage points behind the pro-rata plan, or percent of it.",
                validators=[django.core.validators.MaxValueValidator(100, "A limit is at most 100.")],
                verbose_name="limit of red",
            ),
        ),
        migrations.AlterField(
            model_name="historicallightrule",
            name="yellow",
            field=models.PositiveSmallIntegerField(
                help_text="Percentage points behind the pro-rata plan, or percent of it.",
                validators=[django.core.validators.MaxValueValidator(100, "A limit is at most 100.")],
                verbose_name="limit of yellow",
            ),
        ),
        migrations.AlterField(
            model_name="historicalmonthlyreport",
            name="disbursed",
            field=projects.models.fields.SignedAmountField(
                blank=True,
                help_text="Disbursement, that is investment completed (完成投资), in this month, whole CNY; negative takes back earlier amounts. Blank: not reported.",
                null=True,
                verbose_name="disbursed",
            ),
        ),
        migrations.AlterField(
            model_name="historicalmonthlyreport",
            name="handed_in_on",
            field=models.DateField(
                blank=True,
                help_text="By the calendar of the programme; tells late reports.",
                null=True,
                verbose_name="submitted on",
            ),
        ),
        migrations.AlterField(
            model_name="historicalnote",
            name="day",
            field=models.DateField(
                help_text="The working date of the programme when it was written.", verbose_name="day"
            ),
        ),
        migrations.AlterField(
            model_name="historicalnote",
            name="figure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("project_count", "number of projects"),
                    ("total_investment", "total investment"),
                    ("planned_disbursement", "planned disbursement of the year"),
                    ("expected_revenue", "expected annual revenue at full capacity"),
                    ("transferred_count", "projects transferred from other provinces"),
                    ("enterprises_attracted", "enterprises attracted"),
                    ("disbursed", "disbursed"),
                    ("disbursed_of_plan", "% of plan"),
                    ("minimum_project_investment", "minimum investment per project"),
                    ("started_count", "projects started"),
                    ("trial_production_count", "projects in trial production"),
                    ("output_value", "output value that stands for revenue"),
                    ("at_floor_count", "projects at or below the minimum investment"),
                    ("continuing_count", "continuing projects"),
                    ("above_plan_count", "projects above their plan for the year"),
                    ("eighty_percent_count", "projects at 80% of their plan or more"),
                    ("in_production_count", "projects in production"),
                    ("reports_in", "reports received"),
                    ("reports_approved", "reports approved"),
                    ("reports_late", "reports late"),
                    ("reports_missing", "reports outstanding"),
                    ("problems_raised", "problems"),
                    ("problems_closed", "problems closed"),
                    ("forecast", "reported forecast for the year"),
                ],
                help_text="Of the programme's total.",
                max_length=30,
                verbose_name="figure",
            ),
        ),
        migrations.AlterField(
            model_name="historicalplan",
            name="curve",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Twelve amounts of CNY, January to December, that add up to the plan. Empty: pro rata.",
                verbose_name="months",
            ),
        ),
        migrations.AlterField(
            model_name="historicalplausibilityrule",
            name="months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Least number of months with data to compare with.",
                null=True,
                verbose_name="months before",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproblem",
            name="due",
            field=models.DateField(blank=True, null=True, verbose_name="deadline"),
        ),
        migrations.AlterField(
            model_name="historicalproblem",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("handed-over", "handed over"),
                    ("in-hand", "in hand"),
                    ("solved", "solved"),
                    ("not-soon", "no early solution"),
                ],
                default="open",
                max_length=11,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="historicalprogramme",
            name="chosen_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The one that was selected last is what pages, search, API and files show by default.",
                null=True,
                verbose_name="selected as the current programme at",
            ),
        ),
        migrations.AlterField(
            model_name="historicalprogramme",
            name="reporting_day",
            field=models.DateField(
                blank=True,
                help_text="The working date of the rounds of this programme. Blank: the calendar.",
                null=True,
                verbose_name="reporting day",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproject",
            name="expected_revenue",
            field=projects.models.fields.AmountField(
                blank=True,
                help_text="Whole CNY a year at full capacity. Blank: not known.",
                null=True,
                verbose_name="expected annual revenue at full capacity",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproject",
            name="expected_revenue_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="expected revenue reported by",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproject",
            name="finish_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="finish reported by",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproject",
            name="start_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="start reported by",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproject",
            name="total_investment_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="total investment reported by",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproposal",
            name="has_news",
            field=models.BooleanField(
                default=False,
                help_text="Whether others did or said something that the proposer has not read.",
                verbose_name="has news",
            ),
        ),
        migrations.AlterField(
            model_name="historicalproposal",
            name="reported_by",
            field=models.CharField(
                blank=True,
                help_text="Where there is no published source, who reported it: such as the enterprise, by a letter and its date.",
                max_length=200,
                verbose_name="reported by",
            ),
        ),
        migrations.AlterField(
            model_name="historicalrating",
            name="rated_on",
            field=models.DateField(
                help_text="The working date of the programme when it was written.", verbose_name="day"
            ),
        ),
        migrations.AlterField(
            model_name="historicalround",
            name="due",
            field=models.DateField(
                help_text="The last day on which a report is on time, without the grace period.", verbose_name="due on"
            ),
        ),
        migrations.AlterField(
            model_name="historicalround",
            name="grace_days",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Days after the due date on which a report is still counted as on time.",
                verbose_name="grace period, days",
            ),
        ),
        migrations.AlterField(
            model_name="historicalround",
            name="punctual_until",
            field=models.DateField(
                editable=False,
                help_text="The last day on which a report is counted as on time: due date and grace period.",
                verbose_name="counted as on time until",
            ),
        ),
        migrations.AlterField(
            model_name="historicaltarget",
            name="measure",
            field=models.CharField(
                choices=[
                    ("project_count", "number of projects"),
                    ("total_investment", "total investment"),
                    ("planned_disbursement", "planned disbursement of the year"),
                    ("expected_revenue", "expected annual revenue at full capacity"),
                    ("transferred_count", "projects transferred from other provinces"),
                    ("enterprises_attracted", "enterprises attracted"),
                    ("disbursed", "disbursed"),
                    ("disbursed_of_plan", "% of plan"),
                    ("minimum_project_investment", "minimum investment per project"),
                    ("started_count", "projects started"),
                    ("trial_production_count", "projects in trial production"),
                    ("output_value", "output value that stands for revenue"),
                    ("at_floor_count", "projects at or below the minimum investment"),
                    ("continuing_count", "continuing projects"),
                    ("above_plan_count", "projects above their plan for the year"),
                    ("eighty_percent_count", "projects at 80% of their plan or more"),
                    ("in_production_count", "projects in production"),
                    ("reports_in", "reports received"),
                    ("reports_approved", "reports approved"),
                    ("reports_late", "reports late"),
                    ("reports_missing", "reports outstanding"),
                    ("problems_raised", "problems"),
                    ("problems_closed", "problems closed"),
                    ("forecast", "reported forecast for the year"),
                ],
                max_length=30,
                verbose_name="measure",
            ),
        ),
        migrations.AlterField(
            model_name="lightrule",
            name="explain_beyond",
            field=models.PositiveSmallIntegerField(
                default=10,
                help_text="A report further behind its plan than this says why, and what is done about it.",
                validators=[django.core.validators.MaxValueValidator(100, "A limit is at most 100.")],
                verbose_name="percentage points behind that need a reason",
            ),
        ),
        migrations.AlterField(
            model_name="lightrule",
            name="method",
            field=models.CharField(
                choices=[
                    ("points", "percentage points behind the pro-rata plan"),
                    ("share", "share of the pro-rata plan"),
                ],
                default="points",
                max_length=6,
                verbose_name="method",
            ),
        ),
        migrations.AlterField(
            model_name="lightrule",
            name="red",
            field=models.PositiveSmallIntegerField(
                help_text="Percentage points behind the pro-rata plan, or percent of it.",
                validators=[django.core.validators.MaxValueValidator(100, "A limit is at most 100.")],
                verbose_name="limit of red",
            ),
        ),
        migrations.AlterField(
            model_name="lightrule",
            name="yellow",
            field=models.PositiveSmallIntegerField(
                help_text="Percentage points behind the pro-rata plan, or percent of it.",
                validators=[django.core.validators.MaxValueValidator(100, "A limit is at most 100.")],
                verbose_name="limit of yellow",
            ),
        ),
        migrations.AlterField(
            model_name="monthlyreport",
            name="disbursed",
            field=projects.models.fields.SignedAmountField(
                blank=True,
                help_text="Disbursement, that is investment completed (完成投资), in this month, whole CNY; negative takes back earlier amounts. Blank: not reported.",
                null=True,
                verbose_name="disbursed",
            ),
        ),
        migrations.AlterField(
            model_name="monthlyreport",
            name="handed_in_on",
            field=models.DateField(
                blank=True,
                help_text="By the calendar of the programme; tells late reports.",
                null=True,
                verbose_name="submitted on",
            ),
        ),
        migrations.AlterField(
            model_name="note",
            name="day",
            field=models.DateField(
                help_text="The working date of the programme when it was written.", verbose_name="day"
            ),
        ),
        migrations.AlterField(
            model_name="note",
            name="figure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("project_count", "number of projects"),
                    ("total_investment", "total investment"),
                    ("planned_disbursement", "planned disbursement of the year"),
                    ("expected_revenue", "expected annual revenue at full capacity"),
                    ("transferred_count", "projects transferred from other provinces"),
                    ("enterprises_attracted", "enterprises attracted"),
                    ("disbursed", "disbursed"),
                    ("disbursed_of_plan", "% of plan"),
                    ("minimum_project_investment", "minimum investment per project"),
                    ("started_count", "projects started"),
                    ("trial_production_count", "projects in trial production"),
                    ("output_value", "output value that stands for revenue"),
                    ("at_floor_count", "projects at or below the minimum investment"),
                    ("continuing_count", "continuing projects"),
                    ("above_plan_count", "projects above their plan for the year"),
                    ("eighty_percent_count", "projects at 80% of their plan or more"),
                    ("in_production_count", "projects in production"),
                    ("reports_in", "reports received"),
                    ("reports_approved", "reports approved"),
                    ("reports_late", "reports late"),
                    ("reports_missing", "reports outstanding"),
                    ("problems_raised", "problems"),
                    ("problems_closed", "problems closed"),
                    ("forecast", "reported forecast for the year"),
                ],
                help_text="Of the programme's total.",
                max_length=30,
                verbose_name="figure",
            ),
        ),
        migrations.AlterField(
            model_name="plan",
            name="curve",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Twelve amounts of CNY, January to December, that add up to the plan. Empty: pro rata.",
                verbose_name="months",
            ),
        ),
        migrations.AlterField(
            model_name="plausibilityrule",
            name="months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Least number of months with data to compare with.",
                null=True,
                verbose_name="months before",
            ),
        ),
        migrations.AlterField(
            model_name="problem",
            name="due",
            field=models.DateField(blank=True, null=True, verbose_name="deadline"),
        ),
        migrations.AlterField(
            model_name="problem",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "open"),
                    ("handed-over", "handed over"),
                    ("in-hand", "in hand"),
                    ("solved", "solved"),
                    ("not-soon", "no early solution"),
                ],
                default="open",
                max_length=11,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="programme",
            name="chosen_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The one that was selected last is what pages, search, API and files show by default.",
                null=True,
                verbose_name="selected as the current programme at",
            ),
        ),
        migrations.AlterField(
            model_name="programme",
            name="reporting_day",
            field=models.DateField(
                blank=True,
                help_text="The working date of the rounds of this programme. Blank: the calendar.",
                null=True,
                verbose_name="reporting day",
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="expected_revenue",
            field=projects.models.fields.AmountField(
                blank=True,
                help_text="Whole CNY a year at full capacity. Blank: not known.",
                null=True,
                verbose_name="expected annual revenue at full capacity",
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="expected_revenue_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="expected revenue reported by",
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="finish_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="finish reported by",
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="start_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="start reported by",
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="total_investment_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where there is no published source.",
                max_length=200,
                verbose_name="total investment reported by",
            ),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="has_news",
            field=models.BooleanField(
                default=False,
                help_text="Whether others did or said something that the proposer has not read.",
                verbose_name="has news",
            ),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="reported_by",
            field=models.CharField(
                blank=True,
                help_text="Where there is no published source, who reported it: such as the enterprise, by a letter and its date.",
                max_length=200,
                verbose_name="reported by",
            ),
        ),
        migrations.AlterField(
            model_name="proposalevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("submit", "proposed"),
                    ("comment", "commented"),
                    ("return", "returned"),
                    ("resubmit", "proposed again"),
                    ("withdraw", "withdrawn"),
                    ("accept", "accepted"),
                    ("refuse", "refused"),
                    ("note", "read"),
                ],
                max_length=8,
                verbose_name="action",
            ),
        ),
        migrations.AlterField(
            model_name="rating",
            name="rated_on",
            field=models.DateField(
                help_text="The working date of the programme when it was written.", verbose_name="day"
            ),
        ),
        migrations.AlterField(
            model_name="remindersent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("before", "before the due date"),
                    ("after", "after the due date"),
                    ("digest", "digest of the day"),
                    ("answer", "answer to a proposal"),
                ],
                max_length=6,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="arrived",
            field=models.SmallIntegerField(default=0, verbose_name="months with a submitted report"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_1",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 1"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_10",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 10"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_11",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 11"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_12",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 12"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_2",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 2"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_3",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 3"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_4",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 4"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_5",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 5"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_6",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 6"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_7",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 7"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_8",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 8"),
        ),
        migrations.AlterField(
            model_name="reportedmonths",
            name="said_9",
            field=models.BigIntegerField(null=True, verbose_name="reported forecast for the year: 9"),
        ),
        migrations.AlterField(
            model_name="round",
            name="due",
            field=models.DateField(
                help_text="The last day on which a report is on time, without the grace period.", verbose_name="due on"
            ),
        ),
        migrations.AlterField(
            model_name="round",
            name="grace_days",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="Days after the due date on which a report is still counted as on time.",
                verbose_name="grace period, days",
            ),
        ),
        migrations.AlterField(
            model_name="round",
            name="punctual_until",
            field=models.DateField(
                editable=False,
                help_text="The last day on which a report is counted as on time: due date and grace period.",
                verbose_name="counted as on time until",
            ),
        ),
        migrations.AlterField(
            model_name="target",
            name="measure",
            field=models.CharField(
                choices=[
                    ("project_count", "number of projects"),
                    ("total_investment", "total investment"),
                    ("planned_disbursement", "planned disbursement of the year"),
                    ("expected_revenue", "expected annual revenue at full capacity"),
                    ("transferred_count", "projects transferred from other provinces"),
                    ("enterprises_attracted", "enterprises attracted"),
                    ("disbursed", "disbursed"),
                    ("disbursed_of_plan", "% of plan"),
                    ("minimum_project_investment", "minimum investment per project"),
                    ("started_count", "projects started"),
                    ("trial_production_count", "projects in trial production"),
                    ("output_value", "output value that stands for revenue"),
                    ("at_floor_count", "projects at or below the minimum investment"),
                    ("continuing_count", "continuing projects"),
                    ("above_plan_count", "projects above their plan for the year"),
                    ("eighty_percent_count", "projects at 80% of their plan or more"),
                    ("in_production_count", "projects in production"),
                    ("reports_in", "reports received"),
                    ("reports_approved", "reports approved"),
                    ("reports_late", "reports late"),
                    ("reports_missing", "reports outstanding"),
                    ("problems_raised", "problems"),
                    ("problems_closed", "problems closed"),
                    ("forecast", "reported forecast for the year"),
                ],
                max_length=30,
                verbose_name="measure",
            ),
        ),
        migrations.AlterConstraint(
            model_name="lightrule",
            name="light_rule_limits_are_in_order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("method", "points"), ("red__gte", models.F("yellow"))),
                    models.Q(("method", "share"), ("red__lte", models.F("yellow"))),
                    _connector="OR",
                ),
                name="light_rule_limits_are_in_order",
                violation_error_message="Percentage points behind: red begins above yellow. Share of the pro-rata plan: red begins below yellow. These limits do neither.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="monthlyreport",
            name="report_approver_is_not_submitter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    ("submitted_by__isnull", True),
                    models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                    _connector="OR",
                ),
                name="report_approver_is_not_submitter",
                violation_error_message="The person who submits a report cannot approve it.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="overruling",
            name="overruling_has_a_reason",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="overruling_has_a_reason",
                violation_error_message="Confirming a doubtful value needs a reason.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="proposal",
            name="proposal_accepter_is_not_proposer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="proposal_accepter_is_not_proposer",
                violation_error_message="The person who proposes a change cannot accept it.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="proposalevent",
            name="proposal_event_says_what_has_to_be_said",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action__in", ["comment", "return", "refuse"]), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="proposal_event_says_what_has_to_be_said",
                violation_error_message="A comment, a return or a refusal needs its text.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="reportevent",
            name="report_event_return_has_a_comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action__in", ["return", "reopen"]), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="report_event_return_has_a_comment",
                violation_error_message="Returning or reopening a report needs a comment.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="round",
            name="round_grace_lies_between_due_and_close",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("punctual_until__gte", models.F("due")), ("punctual_until__lte", models.F("closes"))
                ),
                name="round_grace_lies_between_due_and_close",
                violation_error_message="The grace period goes beyond the day on which the round closes.",
            ),
        ),
        migrations.AlterField(
            model_name="historicaltarget",
            name="plan_share",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Where the source says what share of the year's plan this money is: 799 for 79.9%.",
                null=True,
                verbose_name="share of the plan, in tenths of a percent",
            ),
        ),
        migrations.AlterField(
            model_name="target",
            name="plan_share",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Where the source says what share of the year's plan this money is: 799 for 79.9%.",
                null=True,
                verbose_name="share of the plan, in tenths of a percent",
            ),
        ),
        migrations.AlterField(
            model_name="revision",
            name="door",
            field=models.CharField(
                choices=[
                    ("page", "page"),
                    ("admin", "administration"),
                    ("api", "another system"),
                    ("command", "maintenance"),
                    ("code", "the system itself"),
                ],
                max_length=10,
                verbose_name="door",
            ),
        ),
    ]
