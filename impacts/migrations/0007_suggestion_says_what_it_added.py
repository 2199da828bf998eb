from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("impacts", "0006_request_meaning"),
    ]

    operations = [
        migrations.AddField(
            model_name="tagsuggestion",
            name="added",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Ids of the lines that accepting it made; of a segment, of the impacts that it was added to.",
            ),
        ),
    ]
