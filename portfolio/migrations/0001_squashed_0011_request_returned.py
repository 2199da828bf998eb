"""The first tables of this app, of the steps up to 0.4.0 at once; `config.checks` refuses a database that has only some."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models

from portfolio.migrations._search_table import create_table, drop_table


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("customers", "0001_registers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("job_title", models.CharField(blank=True, max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "A person"), ("team", "A team or mailbox")], default="person", max_length=8
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True)),
                ("wants_mail", models.BooleanField(default=True)),
                ("shortcuts", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who hands over what this person answers for, should they leave.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "people",
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="person_email_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manager__isnull", True),
                            models.Q(("manager", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="person_not_own_manager",
                        violation_error_message="Nobody is their own manager. Leave it empty for who has none.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferenceCounter",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Silo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=160, unique=True)),
                ("retired_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.SlugField(
                        help_text="Short and lasting; links and imports use it.", max_length=60, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("retired_on", models.DateField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField(blank=True)),
                ("size", models.PositiveIntegerField(help_text="In bytes.")),
                (
                    "mapping",
                    models.JSONField(
                        blank=True, default=dict, help_text="Which column is what; empty until it is said."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Being checked"),
                            ("waiting", "Waiting for the worker"),
                            ("running", "Being imported"),
                            ("done", "Imported"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True, help_text="Why the last try did not succeed.")),
                (
                    "result",
                    models.JSONField(
                        blank=True, default=dict, help_text="How many requests were created, changed, unchanged."
                    ),
                ),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="import_files",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-uploaded_at", "token"],
                "indexes": [models.Index(fields=["person", "-uploaded_at"], name="import_file_person")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head", "Department head"),
                            ("architect", "IT architect"),
                            ("board_member", "Board member"),
                            ("secretary", "Board secretary"),
                            ("cio", "CIO"),
                            ("it_manager", "IT manager"),
                            ("segment_manager", "Segment manager"),
                            ("administrator", "Administrator"),
                            ("reader", "Reader"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "silo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="portfolio.silo",
                    ),
                ),
            ],
            options={
                "ordering": ["person__name", "role", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("silo__isnull", False)),
                        fields=("person", "silo", "role"),
                        name="membership_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("silo__isnull", True)),
                        fields=("person", "role"),
                        name="membership_once_without_silo",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "head"), _negated=True), ("silo__isnull", False), _connector="OR"
                        ),
                        name="head_of_a_silo",
                        violation_error_message="A department head needs a department.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=160)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("retired_on", models.DateField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objectives",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="SkillCapacity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2200),
                        ]
                    ),
                ),
                (
                    "quarter",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ]
                    ),
                ),
                ("days", models.PositiveIntegerField()),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="capacities", to="portfolio.skill"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "skill capacities",
                "ordering": ["skill__name", "year", "quarter", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("skill", "year", "quarter"),
                        name="skill_capacity_once",
                        violation_error_message="This quarter is already listed for the skill. Change its days instead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quarter__gte", 1), ("quarter__lte", 4), ("year__gte", 2000), ("year__lte", 2200)
                        ),
                        name="skill_capacity_in_a_quarter",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalMembership",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("head", "Department head"),
                            ("architect", "IT architect"),
                            ("board_member", "Board member"),
                            ("secretary", "Board secretary"),
                            ("cio", "CIO"),
                            ("it_manager", "IT manager"),
                            ("segment_manager", "Segment manager"),
                            ("administrator", "Administrator"),
                            ("reader", "Reader"),
                        ],
                        max_length=16,
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
                (
                    "silo",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.silo",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical membership",
                "verbose_name_plural": "historical memberships",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalObjective",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("name", models.CharField(max_length=160)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("retired_on", models.DateField(blank=True, null=True)),
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
                "verbose_name": "historical objective",
                "verbose_name_plural": "historical objectives",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPerson",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("email", models.EmailField(db_index=True, max_length=254)),
                ("name", models.CharField(max_length=120)),
                ("job_title", models.CharField(blank=True, max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "A person"), ("team", "A team or mailbox")], default="person", max_length=8
                    ),
                ),
                ("left_on", models.DateField(blank=True, null=True)),
                ("wants_mail", models.BooleanField(default=True)),
                ("shortcuts", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
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
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Who hands over what this person answers for, should they leave.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical person",
                "verbose_name_plural": "historical people",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSilo",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("name", models.CharField(db_index=True, max_length=160)),
                ("retired_on", models.DateField(blank=True, null=True)),
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
            ],
            options={
                "verbose_name": "historical silo",
                "verbose_name_plural": "historical silos",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSkill",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(help_text="Short and lasting; links and imports use it.", max_length=60)),
                ("name", models.CharField(max_length=120)),
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
                ("created_at", models.DateTimeField(blank=True, editable=False)),
                ("description", models.TextField(blank=True, max_length=2000)),
                ("retired_on", models.DateField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(blank=True, editable=False)),
            ],
            options={
                "verbose_name": "historical skill",
                "verbose_name_plural": "historical skills",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSkillCapacity",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2200),
                        ]
                    ),
                ),
                (
                    "quarter",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ]
                    ),
                ),
                ("days", models.PositiveIntegerField()),
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
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical skill capacity",
                "verbose_name_plural": "historical skill capacities",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ProjectRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=40, unique=True)),
                (
                    "source",
                    models.CharField(blank=True, help_text="The import that brought it, if any.", max_length=60),
                ),
                ("source_reference", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("problem", models.TextField(blank=True, max_length=50000)),
                ("proposal", models.TextField(blank=True, max_length=50000)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("customer_facing", "Customer-facing"),
                            ("regulatory", "Regulatory"),
                            ("internal", "Internal"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_triage", "In triage"),
                            ("ready", "Ready for board"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("on_hold", "On hold"),
                            ("merged", "Merged"),
                            ("sequenced", "Sequenced"),
                            ("deferred", "Deferred"),
                            ("returned", "Returned for information"),
                            ("rejected", "Rejected"),
                            ("in_delivery", "In delivery"),
                            ("delivered", "Delivered"),
                            ("reviewed", "Reviewed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=24,
                    ),
                ),
                ("confidential", models.BooleanField(default=False)),
                ("heads_up", models.BooleanField(default=False, help_text="A mere idea, filed in five fields.")),
                (
                    "first_heard",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("idea", "As an idea"),
                            ("business_case", "At the business case"),
                            ("vendor_chosen", "When the vendor was chosen"),
                            ("contract_signed", "When the contract was signed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("wanted_start", models.DateField(blank=True, null=True)),
                ("wanted_go_live", models.DateField(blank=True, null=True)),
                (
                    "one_off_cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "yearly_cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("promised_effect", models.TextField(blank=True, max_length=2000)),
                ("promised_by", models.DateField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "after",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="portfolio.objective",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsored_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_requests",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "silo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="portfolio.silo"
                    ),
                ),
                (
                    "client_token",
                    models.CharField(
                        blank=True,
                        help_text="The opened page that made the draft, so it makes one.",
                        max_length=36,
                        null=True,
                        unique=True,
                    ),
                ),
                (
                    "typed",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What was typed into a draft and could not be stored yet: see services.filing.",
                    ),
                ),
            ],
            options={
                "ordering": ["-submitted_at", "-id"],
                "indexes": [
                    models.Index(fields=["status", "-submitted_at", "-id"], name="request_status"),
                    models.Index(fields=["silo", "-submitted_at", "-id"], name="request_silo"),
                    models.Index(fields=["wanted_go_live", "id"], name="request_go_live"),
                    models.Index(
                        fields=[
                            "-submitted_at",
                            "-id",
                            "status",
                            "silo",
                            "kind",
                            "objective",
                            "confidential",
                            "heads_up",
                            "requester",
                            "sponsor",
                            "discarded_at",
                            "wanted_go_live",
                            "one_off_cost",
                        ],
                        name="request_list",
                    ),
                    models.Index(django.db.models.functions.text.Lower("title"), models.F("id"), name="request_title"),
                    models.Index(
                        condition=models.Q(("survivor__isnull", False)), fields=["survivor"], name="request_survivor"
                    ),
                    models.Index(condition=models.Q(("after__isnull", False)), fields=["after"], name="request_after"),
                    models.Index(fields=["updated_at", "status", "version", "id"], name="request_updated"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one_off_cost__isnull", True), ("one_off_cost__gte", 0), _connector="OR"),
                        name="request_cost_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("yearly_cost__isnull", True), ("yearly_cost__gte", 0), _connector="OR"),
                        name="request_yearly_cost_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wanted_start__isnull", True),
                            ("wanted_go_live__isnull", True),
                            ("wanted_go_live__gte", models.F("wanted_start")),
                            _connector="OR",
                        ),
                        name="request_live_after_start",
                        violation_error_message="The go-live lies before the start. Choose a later go-live or an earlier start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(models.Q(("title", ""), _negated=True), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="request_filed_with_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "merged"), ("survivor__isnull", False)),
                            models.Q(models.Q(("status", "merged"), _negated=True), ("survivor__isnull", True)),
                            _connector="OR",
                        ),
                        name="request_merged_has_survivor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "sequenced"), _negated=True), ("after__isnull", False), _connector="OR"
                        ),
                        name="request_sequenced_after_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("survivor", models.F("id")), _negated=True),
                            models.Q(("after", models.F("id")), _negated=True),
                        ),
                        name="request_not_after_or_into_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discarded_at__isnull", True), ("status", "draft"), _connector="OR"),
                        name="request_only_drafts_discarded",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("source", "source_reference"),
                        name="request_imported_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=5000)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="imported_row",
                        serialize=False,
                        to="portfolio.projectrequest",
                    ),
                ),
                ("marks", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "ordering": ["request_id"],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(blank=True, max_length=500)),
                (
                    "needs",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needed_by",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="portfolio.projectrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["needs__reference", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "needs"),
                        name="need_once",
                        violation_error_message="This request is already listed as needed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("request", models.F("needs")), _negated=True),
                        name="need_of_another",
                        violation_error_message="A request cannot need itself.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="Names the event, so that a repeated task tells it once.", max_length=120
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("url", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("mail_due", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [
                    models.Index(fields=["person", "-at", "-id"], name="notification_person"),
                    models.Index(
                        condition=models.Q(("mail_due", True)), fields=["mail_due", "id"], name="notification_mail_due"
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="notification_once")],
            },
        ),
        migrations.CreateModel(
            name="RequestSkill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)])),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="skills",
                        to="portfolio.projectrequest",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="portfolio.skill"
                    ),
                ),
            ],
            options={
                "ordering": ["skill__name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "skill"),
                        name="request_skill_once",
                        violation_error_message="This skill is already listed. Change its days instead.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScanMark",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="scan_mark",
                        serialize=False,
                        to="portfolio.projectrequest",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "ordering": ["since", "request_id"],
                "indexes": [models.Index(fields=["since"], name="scan_mark_since")],
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_triage", "In triage"),
                            ("ready", "Ready for board"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("on_hold", "On hold"),
                            ("merged", "Merged"),
                            ("sequenced", "Sequenced"),
                            ("deferred", "Deferred"),
                            ("returned", "Returned for information"),
                            ("rejected", "Rejected"),
                            ("in_delivery", "In delivery"),
                            ("delivered", "Delivered"),
                            ("reviewed", "Reviewed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_triage", "In triage"),
                            ("ready", "Ready for board"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("on_hold", "On hold"),
                            ("merged", "Merged"),
                            ("sequenced", "Sequenced"),
                            ("deferred", "Deferred"),
                            ("returned", "Returned for information"),
                            ("rejected", "Rejected"),
                            ("in_delivery", "In delivery"),
                            ("delivered", "Delivered"),
                            ("reviewed", "Reviewed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=24,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("why", models.TextField(blank=True, max_length=5000)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="transitions",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="watches", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="portfolio.projectrequest",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "watches",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("request", "person"), name="watch_once")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalProjectRequest",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("reference", models.CharField(db_index=True, max_length=40)),
                (
                    "source",
                    models.CharField(blank=True, help_text="The import that brought it, if any.", max_length=60),
                ),
                ("source_reference", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("problem", models.TextField(blank=True, max_length=50000)),
                ("proposal", models.TextField(blank=True, max_length=50000)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("customer_facing", "Customer-facing"),
                            ("regulatory", "Regulatory"),
                            ("internal", "Internal"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in_triage", "In triage"),
                            ("ready", "Ready for board"),
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("on_hold", "On hold"),
                            ("merged", "Merged"),
                            ("sequenced", "Sequenced"),
                            ("deferred", "Deferred"),
                            ("returned", "Returned for information"),
                            ("rejected", "Rejected"),
                            ("in_delivery", "In delivery"),
                            ("delivered", "Delivered"),
                            ("reviewed", "Reviewed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=24,
                    ),
                ),
                ("confidential", models.BooleanField(default=False)),
                ("heads_up", models.BooleanField(default=False, help_text="A mere idea, filed in five fields.")),
                (
                    "first_heard",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("idea", "As an idea"),
                            ("business_case", "At the business case"),
                            ("vendor_chosen", "When the vendor was chosen"),
                            ("contract_signed", "When the contract was signed"),
                        ],
                        max_length=16,
                    ),
                ),
                ("wanted_start", models.DateField(blank=True, null=True)),
                ("wanted_go_live", models.DateField(blank=True, null=True)),
                (
                    "one_off_cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "yearly_cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                ("promised_effect", models.TextField(blank=True, max_length=2000)),
                ("promised_by", models.DateField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(blank=True, editable=False)),
                ("updated_at", models.DateTimeField(blank=True, editable=False)),
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
                    "requester",
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
                    "sponsor",
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
                    "objective",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.objective",
                    ),
                ),
                (
                    "after",
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
                    "survivor",
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
                    "silo",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.silo",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical project request",
                "verbose_name_plural": "historical project requests",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRequestSkill",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("days", models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)])),
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
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="portfolio.skill",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical request skill",
                "verbose_name_plural": "historical request skills",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(create_table, drop_table),
    ]
