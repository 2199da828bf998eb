"""Lets a decision put a request behind several others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("board", "0017_seal_covers"), ("portfolio", "0014_request_also_after")]

    operations = [
        migrations.AddField(
            model_name="decidedrequest",
            name="also_after",
            field=models.ManyToManyField(blank=True, related_name="+", to="portfolio.projectrequest"),
        ),
    ]
