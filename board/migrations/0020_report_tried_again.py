"""Says of a report by mail how often it failed, and from when it is tried again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("board", "0019_fill_put_behind_several")]

    operations = [
        migrations.AddField(
            model_name="reportschedule",
            name="failures",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="reportschedule",
            name="try_after",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
