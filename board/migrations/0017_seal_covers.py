"""Says of each seal what it covers, so that later ones can cover more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("board", "0016_fill_what_it_was_put_behind")]

    operations = [
        migrations.AddField(
            model_name="seal",
            name="covers",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="Which version of what a seal covers: see selectors.decisions.chain."
            ),
        ),
    ]
