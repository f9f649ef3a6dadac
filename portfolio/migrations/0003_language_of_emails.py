from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0002_refused_tokens"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("zh-hans", "中文"), ("en", "English")],
                help_text="Blank: the site's language, with English below.",
                max_length=10,
                verbose_name="language of e-mails",
            ),
        ),
    ]
