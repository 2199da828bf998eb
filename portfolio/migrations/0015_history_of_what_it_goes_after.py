"""The history of a request keeps all that it went after, not only the one of them that goes live last."""

import django.db.models.deletion
import simple_history.models
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say it of the entries since the request was put where it is now; of earlier ones it is not known."""
    requests = apps.get_model("portfolio", "ProjectRequest")
    history = apps.get_model("portfolio", "HistoricalProjectRequest")
    kept = apps.get_model("portfolio", "HistoricalProjectRequest_also_after")
    for row in requests.also_after.through.objects.order_by("id"):
        after = requests.objects.values_list("after_id", flat=True).get(pk=row.from_projectrequest_id)
        for entry in history.objects.filter(id=row.from_projectrequest_id).order_by("-history_date", "-history_id"):
            if entry.after_id is None or entry.after_id != after:
                break
            kept.objects.create(
                id=row.pk,
                history=entry,
                from_projectrequest_id=row.from_projectrequest_id,
                to_projectrequest_id=row.to_projectrequest_id,
            )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0014_request_also_after")]

    operations = [
        migrations.CreateModel(
            name="HistoricalProjectRequest_also_after",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("m2m_history_id", models.AutoField(primary_key=True, serialize=False)),
                (
                    "from_projectrequest",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="portfolio.historicalprojectrequest",
                    ),
                ),
                (
                    "to_projectrequest",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={"verbose_name": "HistoricalProjectRequest_also_after"},
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
