"""Lets a request go after several others, not only after the one of them that goes live last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0013_request_open_for_change")]

    operations = [
        migrations.AddField(
            model_name="projectrequest",
            name="also_after",
            field=models.ManyToManyField(
                blank=True,
                help_text="What else it goes after: `after` is the one of them that goes live last.",
                related_name="also_followers",
                to="portfolio.projectrequest",
            ),
        ),
    ]
