import django.db.models.deletion
from django.db import migrations, models

from projects.models.sealing import revision_digest, rows_of, sealed_models


def seal_again(apps, schema_editor):
    """Give revisions from before the seals theirs, and the chain its new digests."""
    revisions, seals = apps.get_model("projects", "Revision").objects, apps.get_model("projects", "Seal").objects
    sealed, previous = list(sealed_models(apps)), ""
    for revision in revisions.order_by("number").iterator(chunk_size=500):
        rows = rows_of(revision.number, sealed)
        revision.previous_digest = previous
        previous = revision.digest = revision_digest(revision, rows)
        revision.save(update_fields=["previous_digest", "digest"])
        seals.create(revision=revision, rows=rows)
    schema_editor.connection.check_constraints()  # on PostgreSQL no table is altered while keys are unchecked


class Migration(migrations.Migration):
    dependencies = [("projects", "0006_proposals")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "revision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seal",
                        serialize=False,
                        to="projects.revision",
                        verbose_name="revision",
                    ),
                ),
                ("rows", models.JSONField(verbose_name="digests of its rows")),
            ],
            options={"verbose_name": "seal", "verbose_name_plural": "seals", "ordering": ["-revision"]},
        ),
        migrations.AddField(
            model_name="revision",
            name="undoes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="projects.revision",
                verbose_name="undoes revision",
            ),
        ),
        migrations.RunPython(seal_again, migrations.RunPython.noop),
    ]
