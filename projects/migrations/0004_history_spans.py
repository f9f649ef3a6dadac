from django.conf import settings
from django.db import migrations, models


def fill_in(apps, schema_editor):
    """Say of each history row that has a later one of its record which revision ended it."""
    for model in apps.get_app_config("projects").get_models():
        if not model.__name__.startswith("Historical"):
            continue
        table = schema_editor.quote_name(model._meta.db_table)
        later = f"FROM {table} later WHERE later.id = {table}.id AND later.history_id > {table}.history_id"
        schema_editor.execute(
            f"UPDATE {table} SET superseded_by ="  # noqa: S608  our own names
            f" (SELECT later.revision_id {later} ORDER BY later.history_id LIMIT 1) WHERE EXISTS (SELECT 1 {later})"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0003_reminders_sent"),
        ("sectors", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="historicalchainlink",
            name="projects_hi_history_687493_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalclaim",
            name="projects_hi_history_dc8e7e_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalenterprise",
            name="projects_hi_history_170380_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalentry",
            name="projects_hi_history_f2e2d2_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalgrant",
            name="projects_hi_history_6a1fe6_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicallightrule",
            name="projects_hi_history_94c712_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalmilestone",
            name="projects_hi_history_0af40a_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalmonthlyreport",
            name="projects_hi_history_0b324c_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalplan",
            name="projects_hi_history_7b94a5_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalprefecture",
            name="projects_hi_history_05ae70_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalproblem",
            name="projects_hi_history_8db26c_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalprogramme",
            name="projects_hi_history_e6542d_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalproject",
            name="projects_hi_history_b36b17_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalrating",
            name="projects_hi_history_b72e59_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalround",
            name="projects_hi_history_fa9799_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalsector",
            name="projects_hi_history_29165d_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicalsource",
            name="projects_hi_history_326c8a_idx",
        ),
        migrations.RemoveIndex(
            model_name="historicaltarget",
            name="projects_hi_history_a2f35f_idx",
        ),
        migrations.AddField(
            model_name="historicalchainlink",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalclaim",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalenterprise",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalentry",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalgrant",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicallightrule",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalmilestone",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalmonthlyreport",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalplan",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalprefecture",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalproblem",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalprogramme",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalproject",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalrating",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalround",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalsector",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicalsource",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddField(
            model_name="historicaltarget",
            name="superseded_by",
            field=models.BigIntegerField(
                default=9223372036854775807, editable=False, verbose_name="superseded by revision"
            ),
        ),
        migrations.AddIndex(
            model_name="historicalchainlink",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_e613ec_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalclaim",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_56791b_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalenterprise",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_2519c7_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalentry",
            index=models.Index(fields=["project", "superseded_by", "revision"], name="projects_hi_project_8146ba_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalgrant",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_0ebfba_idx"),
        ),
        migrations.AddIndex(
            model_name="historicallightrule",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_5cff38_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalmilestone",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_1370b0_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalmonthlyreport",
            index=models.Index(fields=["entry", "superseded_by", "revision"], name="projects_hi_entry_i_cbe766_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalplan",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_176ed8_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalprefecture",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_93074a_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalproblem",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_d10931_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalprogramme",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_75e66f_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalproject",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_0a547f_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalrating",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_f3afe7_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalround",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_6fb57c_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalsector",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_afc99e_idx"),
        ),
        migrations.AddIndex(
            model_name="historicalsource",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_51d176_idx"),
        ),
        migrations.AddIndex(
            model_name="historicaltarget",
            index=models.Index(fields=["id", "superseded_by", "revision"], name="projects_hi_id_2396c1_idx"),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
