"""The first tables of this app, of the steps up to 0.4.0 at once; `config.checks` refuses a database that has only some."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0010_assets"),
        ("portfolio", "0001_squashed_0011_request_returned"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "moves",
                    models.CharField(
                        choices=[
                            ("gained", "More customers gained"),
                            ("lost", "Fewer customers lost"),
                            ("referrals", "More customers gained by referral"),
                            ("better_tier", "More customers moved to a better tier"),
                            ("measure", "A measure"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                    ),
                ),
                ("due", models.DateField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("asked_on", models.DateField(blank=True, editable=False, null=True)),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bets",
                        to="customers.measure",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bets", to="portfolio.projectrequest"
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bets", to="customers.segment"
                    ),
                ),
            ],
            options={
                "ordering": ["due", "id"],
                "indexes": [models.Index(fields=["due", "id"], name="bet_due")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("measure__isnull", True)),
                        fields=("request", "segment", "moves"),
                        name="bet_once",
                        violation_error_message="This is already listed for these customers. Change that line instead.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("measure__isnull", False)),
                        fields=("request", "segment", "measure"),
                        name="bet_measure_once",
                        violation_error_message="This measure is already listed for these customers. Change that line instead.",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="bet_amount_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("moves", "measure"), ("measure__isnull", False)),
                            models.Q(models.Q(("moves", "measure"), _negated=True), ("measure__isnull", True)),
                            _connector="OR",
                        ),
                        name="bet_measure_where_one_moves",
                        violation_error_message="Say which measure moves, and only where a measure does.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("terms", models.JSONField(default=list)),
                ("score", models.FloatField(default=0)),
                ("found_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("requests", models.ManyToManyField(related_name="clusters", to="portfolio.projectrequest")),
            ],
            options={
                "ordering": ["-score", "id"],
            },
        ),
        migrations.CreateModel(
            name="DataUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("masters", "Becomes master of"),
                            ("creates", "Creates"),
                            ("changes", "Changes"),
                            ("reads", "Reads"),
                            ("retires", "Retires"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="customers.datadomain"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="data_uses",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_uses",
                        to="customers.system",
                    ),
                ),
                (
                    "attributes",
                    models.ManyToManyField(blank=True, related_name="data_uses", to="customers.identifyingattribute"),
                ),
            ],
            options={
                "ordering": ["domain__name", "mode", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "domain", "mode"),
                        name="data_use_once",
                        violation_error_message="This use of this data is already listed.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EngineTuning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("why", models.CharField(blank=True, max_length=500)),
                ("numbers", models.JSONField(blank=True, default=dict)),
                ("disabled_rules", models.JSONField(blank=True, default=list)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="engine_tunings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
            },
        ),
        migrations.CreateModel(
            name="Family",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("dissolved_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="families_created",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="families_led",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="families_owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "families",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("overlap", "Overlap"), ("conflict", "Conflict"), ("gap", "Gap")], max_length=8
                    ),
                ),
                (
                    "identity",
                    models.CharField(help_text="SHA-256 of the rule and what it is about.", max_length=64, unique=True),
                ),
                (
                    "about",
                    models.JSONField(
                        default=list, help_text="The identity in words: the rule, the requests and things."
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("serious", "Serious"), ("look", "Look"), ("note", "Note")], max_length=8
                    ),
                ),
                ("score", models.FloatField()),
                ("weight", models.FloatField(default=0)),
                ("title", models.CharField(max_length=300)),
                ("evidence", models.JSONField(default=list)),
                ("material", models.JSONField(default=list, help_text="What a dismissal rests on.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("dismissed", "Dismissed"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "state_before_closing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("dismissed", "Dismissed"),
                            ("closed", "Closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("dismissed_material", models.JSONField(blank=True, null=True)),
                (
                    "came_back",
                    models.CharField(blank=True, help_text="What changed since it was dismissed.", max_length=500),
                ),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assigned",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="assigned_findings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-weight", "-score", "id"],
                "indexes": [
                    models.Index(fields=["state", "-weight", "-score", "id"], name="finding_inbox"),
                    models.Index(fields=["rule", "state", "-score"], name="finding_rule"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Impact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("introduces", "Introduces"),
                            ("changes", "Changes"),
                            ("replaces", "Replaces"),
                            ("retires", "Retires"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("better", "Better"), ("worse", "Worse"), ("neutral", "Neutral")],
                        default="neutral",
                        max_length=8,
                    ),
                ),
                ("measure_sign", models.SmallIntegerField(blank=True, choices=[(1, "Up"), (-1, "Down")], null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="impacts",
                        to="customers.measure",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="impacts",
                        to="portfolio.projectrequest",
                    ),
                ),
                ("segments", models.ManyToManyField(blank=True, related_name="impacts", to="customers.segment")),
                (
                    "touchpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="impacts", to="customers.touchpoint"
                    ),
                ),
            ],
            options={
                "ordering": ["touchpoint__name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "touchpoint"),
                        name="impact_once",
                        violation_error_message="This touchpoint is already listed. Change that line instead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("measure__isnull", True), ("measure_sign__isnull", True)),
                            models.Q(
                                ("measure__isnull", False),
                                ("measure_sign__in", [1, -1]),
                                ("measure_sign__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="impact_measure_with_sign",
                        violation_error_message="Say whether the measure goes up or down, or leave both empty.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlannedContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("branch", "Branch"),
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("letter", "Letter"),
                            ("sms", "Text message"),
                            ("push", "Push message"),
                            ("app", "App"),
                            ("web", "Web"),
                            ("chat", "Chat"),
                            ("atm", "Cash machine"),
                            ("social", "Social media"),
                            ("partner", "Partner"),
                            ("in_person", "In person"),
                        ],
                        max_length=12,
                    ),
                ),
                ("first_day", models.DateField()),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                    ),
                ),
                (
                    "every_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=200)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="customers.segment"
                    ),
                ),
            ],
            options={
                "ordering": ["first_day", "id"],
                "indexes": [models.Index(fields=["segment", "first_day"], name="contact_segment_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every_days__gte", 1), ("every_days__lte", 366), ("times__gte", 1), ("times__lte", 366)
                        ),
                        name="contact_times_and_days",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProposedTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("touchpoints", "Touchpoint"),
                            ("data-domains", "Data domain"),
                            ("systems", "System"),
                            ("segments", "Segment"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("proposed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("new", "A new entry"),
                            ("synonym", "Another word"),
                            ("declined", "Declined"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "entry_code",
                    models.SlugField(blank=True, help_text="The entry that it became, or stands for.", max_length=60),
                ),
                ("reason", models.TextField(blank=True, help_text="Why it was declined.", max_length=2000)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_terms",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["proposed_at", "id"],
                "indexes": [models.Index(fields=["state", "proposed_at", "id"], name="proposed_term_queue")],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("register"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("state", "waiting")),
                        name="proposed_term_waits_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestMeaning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=64)),
                ("vector", models.BinaryField(help_text="Half-precision numbers; empty for a text that says nothing.")),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meaning",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ScanRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("seconds", models.FloatField(blank=True, null=True)),
                ("requests", models.PositiveIntegerField(default=0)),
                ("complete", models.BooleanField(default=False, help_text="Whether the whole portfolio was scanned.")),
                ("counts", models.JSONField(blank=True, default=dict)),
                ("error", models.TextField(blank=True)),
                (
                    "anew",
                    models.BooleanField(
                        default=True, help_text="Whether evidence is put into words again where nothing changed."
                    ),
                ),
                (
                    "bulk",
                    models.BooleanField(
                        default=False,
                        help_text="Whether it stands for many marked requests, of which there is one summary.",
                    ),
                ),
            ],
            options={
                "ordering": ["-started_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("bulk", True), ("seconds__isnull", True)),
                        fields=("bulk",),
                        name="one_bulk_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScanTrouble",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="scan_trouble",
                        serialize=False,
                        to="portfolio.projectrequest",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("error", models.TextField()),
            ],
            options={
                "verbose_name_plural": "scan troubles",
                "ordering": ["-at", "request_id"],
            },
        ),
        migrations.CreateModel(
            name="SystemUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("introduces", "Introduces"),
                            ("changes", "Changes"),
                            ("replaces", "Replaces"),
                            ("retires", "Retires"),
                            ("uses", "Uses"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="system_uses",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="customers.system"
                    ),
                ),
            ],
            options={
                "ordering": ["system__name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "system"),
                        name="system_use_once",
                        violation_error_message="This system is already listed. Change that line instead.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TagSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("touchpoint", "Touchpoint"),
                            ("domain", "Data domain"),
                            ("segment", "Segment"),
                            ("system", "System"),
                        ],
                        max_length=12,
                    ),
                ),
                ("thing_id", models.BigIntegerField()),
                ("confidence", models.FloatField()),
                ("words", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("accepted", "Accepted"), ("declined", "Declined")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tag_decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tag_suggestions",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "request_version",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="The request's version that it was read from; an open suggestion follows the request.",
                    ),
                ),
                (
                    "added",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Ids of the lines that accepting it made; of a segment, of the impacts that it was added to.",
                    ),
                ),
            ],
            options={
                "ordering": ["-confidence", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("request", "register", "thing_id"), name="suggestion_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalBet",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "moves",
                    models.CharField(
                        choices=[
                            ("gained", "More customers gained"),
                            ("lost", "Fewer customers lost"),
                            ("referrals", "More customers gained by referral"),
                            ("better_tier", "More customers moved to a better tier"),
                            ("measure", "A measure"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                    ),
                ),
                ("due", models.DateField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.measure",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical bet",
                "verbose_name_plural": "historical bets",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDataUse",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("masters", "Becomes master of"),
                            ("creates", "Creates"),
                            ("changes", "Changes"),
                            ("reads", "Reads"),
                            ("retires", "Retires"),
                        ],
                        max_length=8,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "domain",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.datadomain",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.system",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical data use",
                "verbose_name_plural": "historical data uses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalFamily",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=12)),
                ("title", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("dissolved_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical family",
                "verbose_name_plural": "historical families",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalImpact",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("introduces", "Introduces"),
                            ("changes", "Changes"),
                            ("replaces", "Replaces"),
                            ("retires", "Retires"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("better", "Better"), ("worse", "Worse"), ("neutral", "Neutral")],
                        default="neutral",
                        max_length=8,
                    ),
                ),
                ("measure_sign", models.SmallIntegerField(blank=True, choices=[(1, "Up"), (-1, "Down")], null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.measure",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "touchpoint",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.touchpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical impact",
                "verbose_name_plural": "historical impacts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPlannedContact",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("branch", "Branch"),
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("letter", "Letter"),
                            ("sms", "Text message"),
                            ("push", "Push message"),
                            ("app", "App"),
                            ("web", "Web"),
                            ("chat", "Chat"),
                            ("atm", "Cash machine"),
                            ("social", "Social media"),
                            ("partner", "Partner"),
                            ("in_person", "In person"),
                        ],
                        max_length=12,
                    ),
                ),
                ("first_day", models.DateField()),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                    ),
                ),
                (
                    "every_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=200)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical planned contact",
                "verbose_name_plural": "historical planned contacts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalProposedTerm",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("touchpoints", "Touchpoint"),
                            ("data-domains", "Data domain"),
                            ("systems", "System"),
                            ("segments", "Segment"),
                        ],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("proposed_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("new", "A new entry"),
                            ("synonym", "Another word"),
                            ("declined", "Declined"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "entry_code",
                    models.SlugField(blank=True, help_text="The entry that it became, or stands for.", max_length=60),
                ),
                ("reason", models.TextField(blank=True, help_text="Why it was declined.", max_length=2000)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical proposed term",
                "verbose_name_plural": "historical proposed terms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSystemUse",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "effect",
                    models.CharField(
                        choices=[
                            ("introduces", "Introduces"),
                            ("changes", "Changes"),
                            ("replaces", "Replaces"),
                            ("retires", "Retires"),
                            ("uses", "Uses"),
                        ],
                        max_length=12,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="customers.system",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical system use",
                "verbose_name_plural": "historical system uses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("talk", "Wants to talk"), ("join", "Will join"), ("differs", "Ours differs")],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="impacts.finding"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "differs"), _negated=True),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="difference_is_said",
                        violation_error_message="Say how yours differs, in one sentence.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BetAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("delivered", models.DecimalField(decimal_places=2, max_digits=14)),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "bet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answer", to="impacts.bet"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bet_answers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="FamilyMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("joined_at", models.DateTimeField()),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="impacts.family"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="family_members",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["joined_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=("request",),
                        name="request_in_one_family",
                        violation_error_message="This request is already in a family. Take it out of that one first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("found", "Found"),
                            ("changed", "Evidence changed"),
                            ("came_back", "Came back"),
                            ("closed", "Closed by itself"),
                            ("reopened", "Found again"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("score", models.FloatField()),
                ("material", models.JSONField(default=list)),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="impacts.finding"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="FindingMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="impacts.finding"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="finding_members",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("finding", "request"), name="finding_member_once")],
            },
        ),
        migrations.CreateModel(
            name="ProposedTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("values", models.JSONField(blank=True, default=dict)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposed_tags",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed_tags",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tags", to="impacts.proposedterm"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("term", "request"), name="proposed_tag_once")],
            },
        ),
        migrations.CreateModel(
            name="ScanShard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.PositiveBigIntegerField()),
                ("last", models.PositiveBigIntegerField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("counts", models.JSONField(blank=True, default=dict)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shards", to="impacts.scanrun"
                    ),
                ),
            ],
            options={
                "ordering": ["run_id", "first"],
                "constraints": [models.UniqueConstraint(fields=("run", "first"), name="scan_shard_once")],
            },
        ),
        migrations.CreateModel(
            name="TriageAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("confirm", "Confirmed"),
                            ("dismiss", "Dismissed"),
                            ("merge", "Proposed merging"),
                            ("family", "Joined as a family"),
                            ("order", "Put in order"),
                            ("undo", "Undone"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "state_before",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("dismissed", "Dismissed"),
                            ("closed", "Closed"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state_after",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("dismissed", "Dismissed"),
                            ("closed", "Closed"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="impacts.family",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="acts", to="impacts.finding"
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_proposals",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="triage_acts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merge_proposals",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="impacts.triageact",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "dismiss"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dismissal_has_reason",
                        violation_error_message="Say why you dismiss it, so that nobody has to look again.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalBetAnswer",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("delivered", models.DecimalField(decimal_places=2, max_digits=14)),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "bet",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="impacts.bet",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical bet answer",
                "verbose_name_plural": "historical bet answers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="Finding",
            name="requests",
            field=models.ManyToManyField(
                related_name="findings", through="impacts.FindingMember", to="portfolio.projectrequest"
            ),
        ),
    ]
