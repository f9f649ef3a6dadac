import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0005_claims_and_notes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalProposal",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "superseded_by",
                    models.BigIntegerField(
                        default=9223372036854775807, editable=False, verbose_name="superseded by revision"
                    ),
                ),
                (
                    "fields",
                    models.JSONField(
                        help_text="For each field its value when it was proposed, the proposed one, and whether that was taken.",
                        verbose_name="proposed fields",
                    ),
                ),
                ("reason", models.TextField(max_length=2000, verbose_name="reason of the proposal")),
                (
                    "reported_by",
                    models.CharField(
                        blank=True,
                        help_text="Who says so, where no published source does: such as the enterprise, by a letter of a day.",
                        max_length=200,
                        verbose_name="reported by",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "waits for the province"),
                            ("returned", "returned"),
                            ("withdrawn", "withdrawn"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        default="submitted",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("comment", models.TextField(blank=True, max_length=2000, verbose_name="comment of the answer")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "has_news",
                    models.BooleanField(
                        default=False,
                        help_text="Whether others did or said something that the proposer has not noted.",
                        verbose_name="has news",
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
                "verbose_name": "historical proposal",
                "verbose_name_plural": "historical proposals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fields",
                    models.JSONField(
                        help_text="For each field its value when it was proposed, the proposed one, and whether that was taken.",
                        verbose_name="proposed fields",
                    ),
                ),
                ("reason", models.TextField(max_length=2000, verbose_name="reason of the proposal")),
                (
                    "reported_by",
                    models.CharField(
                        blank=True,
                        help_text="Who says so, where no published source does: such as the enterprise, by a letter of a day.",
                        max_length=200,
                        verbose_name="reported by",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "waits for the province"),
                            ("returned", "returned"),
                            ("withdrawn", "withdrawn"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        default="submitted",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("comment", models.TextField(blank=True, max_length=2000, verbose_name="comment of the answer")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "has_news",
                    models.BooleanField(
                        default=False,
                        help_text="Whether others did or said something that the proposer has not noted.",
                        verbose_name="has news",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal",
                "verbose_name_plural": "proposals",
                "ordering": ["-proposed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ProposalEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("submit", "proposed"),
                            ("comment", "commented"),
                            ("return", "returned"),
                            ("resubmit", "proposed again"),
                            ("withdraw", "withdrawn"),
                            ("accept", "accepted"),
                            ("refuse", "refused"),
                            ("note", "noted"),
                        ],
                        max_length=8,
                        verbose_name="action",
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("submitted", "waits for the province"),
                            ("returned", "returned"),
                            ("withdrawn", "withdrawn"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        max_length=9,
                        verbose_name="state before",
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("submitted", "waits for the province"),
                            ("returned", "returned"),
                            ("withdrawn", "withdrawn"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        max_length=9,
                        verbose_name="state after",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("at", models.DateTimeField(verbose_name="time")),
            ],
            options={
                "verbose_name": "proposal event",
                "verbose_name_plural": "proposal events",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="remindersent",
            name="reminder_without_round_is_a_digest",
        ),
        migrations.AlterField(
            model_name="remindersent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("before", "before the due day"),
                    ("after", "after the due day"),
                    ("digest", "digest of the day"),
                    ("answer", "answer to a proposal"),
                ],
                max_length=6,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="remindersent",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="projects.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="historicalproposal",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="historicalproposal",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalproposal",
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
            model_name="historicalproposal",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="historicalproposal",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="projects.revision",
                verbose_name="revision",
            ),
        ),
        migrations.AddField(
            model_name="historicalproposal",
            name="source",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="projects.source",
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="historicalproposal",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="withdrawn by",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals_answered",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals_made",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals",
                to="projects.source",
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposals_withdrawn",
                to=settings.AUTH_USER_MODEL,
                verbose_name="withdrawn by",
            ),
        ),
        migrations.AddField(
            model_name="proposalevent",
            name="proposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="projects.proposal",
                verbose_name="proposal",
            ),
        ),
        migrations.AddField(
            model_name="proposalevent",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposal_events",
                to="projects.revision",
                verbose_name="revision",
            ),
        ),
        migrations.AddField(
            model_name="proposalevent",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposal_events",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddField(
            model_name="remindersent",
            name="event",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="projects.proposalevent",
                verbose_name="proposal event",
            ),
        ),
        migrations.AddConstraint(
            model_name="remindersent",
            constraint=models.UniqueConstraint(
                fields=("event", "user"),
                name="reminder_of_an_answer_goes_out_once",
                violation_error_message="This was sent already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="remindersent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("event__isnull", True),
                        ("kind", "digest"),
                        ("programme__isnull", False),
                        ("round__isnull", True),
                    ),
                    models.Q(
                        ("event__isnull", True),
                        ("kind__in", ["before", "after"]),
                        ("programme__isnull", False),
                        ("round__isnull", False),
                    ),
                    models.Q(
                        ("event__isnull", False),
                        ("kind", "answer"),
                        ("programme__isnull", True),
                        ("round__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="reminder_speaks_of_what_its_kind_says",
                violation_error_message="A digest speaks of no single round, a reminder of one, an answer of a step of a proposal.",
            ),
        ),
        migrations.AddIndex(
            model_name="historicalproposal",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_6d904e_idx"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["state"], name="projects_pr_state_47f8b6_idx"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="proposal_has_a_reason",
                violation_error_message="Say why the change is proposed.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__isnull", True), ("reported_by", ""), _connector="OR"),
                name="proposal_has_one_origin",
                violation_error_message="Name a published source or say who reported it, not both.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "submitted"), _negated=True),
                    models.Q(
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                        ("comment", ""),
                    ),
                    _connector="OR",
                ),
                name="proposal_submitted_has_no_answer",
                violation_error_message="The state of a proposal goes with the time and the person that brought it there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("comment", ""), _negated=True),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="proposal_returned_has_time_person_and_comment",
                violation_error_message="The state of a proposal goes with the time and the person that brought it there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("comment", ""), _negated=True),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="proposal_refused_has_time_person_and_comment",
                violation_error_message="The state of a proposal goes with the time and the person that brought it there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="proposal_accepted_has_time_and_person",
                violation_error_message="The state of a proposal goes with the time and the person that brought it there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="proposal_withdrawn_has_time_and_person",
                violation_error_message="The state of a proposal goes with the time and the person that brought it there.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True),
                    models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="proposal_accepter_is_not_proposer",
                violation_error_message="Who proposes a change cannot accept it.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action__in", ["comment", "return", "refuse"]), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="proposal_event_says_what_has_to_be_said",
                violation_error_message="Who comments, returns or refuses says it in words.",
            ),
        ),
    ]
