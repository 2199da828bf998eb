"""Items of the board's own on an agenda: a note, and in words what came of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("board", "0022_corrections_of_minutes"),
        ("impacts", "0012_contact_request_segment_index"),
        ("portfolio", "0015_history_of_what_it_goes_after"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="agendaitem",
            name="item_over_one_thing",
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items_closed",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="note",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="outcome",
            field=models.TextField(blank=True, max_length=5000),
        ),
        migrations.AddField(
            model_name="historicalagendaitem",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="historicalagendaitem",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalagendaitem",
            name="note",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="historicalagendaitem",
            name="outcome",
            field=models.TextField(blank=True, max_length=5000),
        ),
        migrations.AlterField(
            model_name="agendaitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("request", "Request"),
                    ("family", "Family"),
                    ("group", "Group"),
                    ("consent", "Consent"),
                    ("own", "The board's own"),
                ],
                default="request",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="historicalagendaitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("request", "Request"),
                    ("family", "Family"),
                    ("group", "Group"),
                    ("consent", "Consent"),
                    ("own", "The board's own"),
                ],
                default="request",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("family__isnull", True), ("kind", "request"), ("request__isnull", False)),
                    models.Q(("family__isnull", False), ("kind", "family"), ("request__isnull", True)),
                    models.Q(
                        ("family__isnull", True), ("kind__in", ["group", "consent", "own"]), ("request__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="item_over_one_thing",
            ),
        ),
    ]
