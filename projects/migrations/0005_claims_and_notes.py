import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import projects.models.attribution
import projects.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0004_history_spans"),
        ("sectors", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalNote",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "superseded_by",
                    models.BigIntegerField(
                        default=9223372036854775807, editable=False, verbose_name="superseded by revision"
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                (
                    "day",
                    models.DateField(
                        help_text="The day that counted as today for the programme when it was written.",
                        verbose_name="day",
                    ),
                ),
                (
                    "month",
                    projects.models.fields.MonthNumberField(
                        blank=True,
                        help_text="The month that it speaks of, 1 to 12. Blank: the whole year.",
                        null=True,
                        verbose_name="month",
                    ),
                ),
                (
                    "figure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("project_count", "number of projects"),
                            ("total_investment", "total investment"),
                            ("planned_disbursement", "planned disbursement of the year"),
                            ("expected_revenue", "expected revenue a year"),
                            ("transferred_count", "projects transferred from other provinces"),
                            ("enterprises_attracted", "enterprises attracted"),
                            ("disbursed", "disbursed"),
                            ("minimum_project_investment", "least investment of a project"),
                            ("started_count", "projects started"),
                            ("trial_production_count", "projects in trial production"),
                            ("continuing_count", "continuing projects"),
                            ("above_plan_count", "projects above their plan for the year"),
                            ("eighty_percent_count", "projects at 80 % of their plan or more"),
                            ("in_production_count", "projects in production"),
                            ("reports_in", "reports in"),
                            ("reports_approved", "reports approved"),
                            ("reports_late", "reports late"),
                            ("reports_missing", "reports not in"),
                            ("problems_raised", "problems"),
                            ("problems_closed", "problems closed"),
                            ("forecast", "officers' forecast for the year"),
                        ],
                        help_text="Of the programme's total.",
                        max_length=30,
                        verbose_name="figure",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical note",
                "verbose_name_plural": "historical notes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=2000, verbose_name="note")),
                (
                    "day",
                    models.DateField(
                        help_text="The day that counted as today for the programme when it was written.",
                        verbose_name="day",
                    ),
                ),
                (
                    "month",
                    projects.models.fields.MonthNumberField(
                        blank=True,
                        help_text="The month that it speaks of, 1 to 12. Blank: the whole year.",
                        null=True,
                        verbose_name="month",
                    ),
                ),
                (
                    "figure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("project_count", "number of projects"),
                            ("total_investment", "total investment"),
                            ("planned_disbursement", "planned disbursement of the year"),
                            ("expected_revenue", "expected revenue a year"),
                            ("transferred_count", "projects transferred from other provinces"),
                            ("enterprises_attracted", "enterprises attracted"),
                            ("disbursed", "disbursed"),
                            ("minimum_project_investment", "least investment of a project"),
                            ("started_count", "projects started"),
                            ("trial_production_count", "projects in trial production"),
                            ("continuing_count", "continuing projects"),
                            ("above_plan_count", "projects above their plan for the year"),
                            ("eighty_percent_count", "projects at 80 % of their plan or more"),
                            ("in_production_count", "projects in production"),
                            ("reports_in", "reports in"),
                            ("reports_approved", "reports approved"),
                            ("reports_late", "reports late"),
                            ("reports_missing", "reports not in"),
                            ("problems_raised", "problems"),
                            ("problems_closed", "problems closed"),
                            ("forecast", "officers' forecast for the year"),
                        ],
                        help_text="Of the programme's total.",
                        max_length=30,
                        verbose_name="figure",
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "ordering": ["-day", "-id"],
            },
        ),
        migrations.AddField(
            model_name="claim",
            name="adopted_because",
            field=models.TextField(
                blank=True,
                help_text="Readers see it beside the figure; blank: no reason was recorded.",
                verbose_name="adopted because",
            ),
        ),
        migrations.AddField(
            model_name="entry",
            name="planned_disbursement_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="planned disbursement reported by",
            ),
        ),
        migrations.AddField(
            model_name="historicalclaim",
            name="adopted_because",
            field=models.TextField(
                blank=True,
                help_text="Readers see it beside the figure; blank: no reason was recorded.",
                verbose_name="adopted because",
            ),
        ),
        migrations.AddField(
            model_name="historicalentry",
            name="planned_disbursement_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="planned disbursement reported by",
            ),
        ),
        migrations.AddField(
            model_name="historicalproject",
            name="expected_revenue_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="expected revenue reported by",
            ),
        ),
        migrations.AddField(
            model_name="historicalproject",
            name="finish_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="finish reported by",
            ),
        ),
        migrations.AddField(
            model_name="historicalproject",
            name="start_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="start reported by",
            ),
        ),
        migrations.AddField(
            model_name="historicalproject",
            name="total_investment_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="total investment reported by",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="expected_revenue_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="expected revenue reported by",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="finish_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="finish reported by",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="start_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="start reported by",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="total_investment_reported_by",
            field=projects.models.attribution.ReporterField(
                blank=True,
                default="",
                help_text="Who reported it, in words, where no published source says it.",
                max_length=200,
                verbose_name="total investment reported by",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_disbursement__isnull", False), ("planned_disbursement_reported_by", ""), _connector="OR"
                ),
                name="entry_planned_disbursement_reporter_has_a_figure",
                violation_error_message="There is no figure that this could be the origin of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("total_investment__isnull", False), ("total_investment_reported_by", ""), _connector="OR"
                ),
                name="project_total_investment_reporter_has_a_figure",
                violation_error_message="There is no figure that this could be the origin of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_revenue__isnull", False), ("expected_revenue_reported_by", ""), _connector="OR"
                ),
                name="project_expected_revenue_reporter_has_a_figure",
                violation_error_message="There is no figure that this could be the origin of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("start__isnull", False), ("start_reported_by", ""), _connector="OR"),
                name="project_start_reporter_has_a_figure",
                violation_error_message="There is no figure that this could be the origin of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("finish__isnull", False), ("finish_reported_by", ""), _connector="OR"),
                name="project_finish_reporter_has_a_figure",
                violation_error_message="There is no figure that this could be the origin of.",
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="author",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="prefecture",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="projects.prefecture",
                verbose_name="prefecture",
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="projects.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="project",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="report",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="projects.monthlyreport",
                verbose_name="monthly report",
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.revision",
                verbose_name="revision",
            ),
        ),
        migrations.AddField(
            model_name="historicalnote",
            name="sector",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="sectors.sector",
                verbose_name="sector",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="author",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="prefecture",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="projects.prefecture",
                verbose_name="prefecture",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="projects.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notes",
                to="projects.monthlyreport",
                verbose_name="monthly report",
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="sector",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notes",
                to="sectors.sector",
                verbose_name="sector",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalnote",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_f1ec66_idx"),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__gte", 1), ("month__lte", 12)),
                name="note_month_from_1_to_12",
                violation_error_message="A month is a number from 1 to 12.",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("figure", ""), ("project__isnull", False)),
                    models.Q(
                        models.Q(("figure", ""), _negated=True), ("project__isnull", True), ("report__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="note_is_about_one_subject",
                violation_error_message="A note is about a project, one of its reports, or a figure of a programme: about one of them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("figure", ""), _negated=True),
                    models.Q(("prefecture__isnull", True), ("sector__isnull", True)),
                    _connector="OR",
                ),
                name="note_only_a_figure_is_narrowed",
                violation_error_message="Only a figure of a programme is narrowed to a sector or prefecture.",
            ),
        ),
    ]
