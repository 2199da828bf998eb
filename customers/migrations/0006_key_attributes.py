from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_tiers_and_quiet_periods"),
    ]

    operations = [
        migrations.AddField(
            model_name="datadomain",
            name="key_attributes",
            field=models.TextField(
                blank=True,
                help_text="What it is made of, one on each line: date of birth, nationality.",
                max_length=2000,
            ),
        ),
        migrations.AddField(
            model_name="historicaldatadomain",
            name="key_attributes",
            field=models.TextField(
                blank=True,
                help_text="What it is made of, one on each line: date of birth, nationality.",
                max_length=2000,
            ),
        ),
    ]
