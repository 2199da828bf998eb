from django.db import migrations, models


class Migration(migrations.Migration):
    """A decision can be taken back by one of the kind `reopen` that supersedes it."""

    dependencies = [("board", "0001_meetings")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("approve", "Approve"),
                    ("approve_with_conditions", "Approve with conditions"),
                    ("hold", "Hold"),
                    ("merge", "Merge"),
                    ("sequence", "Put in order"),
                    ("defer", "Defer"),
                    ("reject", "Reject"),
                    ("reopen", "Taken back"),
                ],
                max_length=24,
            ),
        ),
    ]
