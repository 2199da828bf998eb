"""Keeps with a decision what it put a request behind, also where the request goes after another since."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("board", "0014_decisions_latest_first"),
        ("portfolio", "0013_request_open_for_change"),
    ]

    operations = [
        migrations.AddField(
            model_name="decidedrequest",
            name="after",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portfolio.projectrequest",
            ),
        ),
    ]
