"""Ombud's settings: one file, read from the environment through config.env, safe by default.

Every variable is described in docs/operations.md.
"""

import os
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

# Processes share the processors: where a library's own threads wait for each other on a busy machine, reading a request
# took ten times as long. Must be set before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("OMBUD_VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.boolean("DEBUG", False)
# On one machine only, as `./dev run` sets it: a key of its own below var, static files as they lie, no HTTPS.
LOCAL = env.boolean("OMBUD_LOCAL", DEBUG)
SECRET_KEY = env.text("SECRET_KEY", env.kept_secret(VAR_DIR / "secret-key") if LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing. Set it to 50 random characters, or OMBUD_LOCAL=1 at home.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"] if LOCAL else [])
CSRF_FAILURE_VIEW = "config.views.form_of_before"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

# One installation serves one organisation.
OMBUD_ORGANISATION = env.text("OMBUD_ORGANISATION", "Meridian Bank")
OMBUD_CURRENCY = env.text("OMBUD_CURRENCY", "EUR")
OMBUD_SAME_PURPOSE = env.fraction("OMBUD_SAME_PURPOSE", 0.30)
OMBUD_FAMILY = env.fraction("OMBUD_FAMILY", 0.40)
OMBUD_COLLISION_DAYS = env.integer("OMBUD_COLLISION_DAYS", 14, at_least=1)
OMBUD_MODEL = env.text("OMBUD_MODEL", "packaged")  # "packaged", "off", or a folder
OMBUD_MODEL_SHA256 = env.text("OMBUD_MODEL_SHA256", "")  # of that folder's model.safetensors; "": the published one
OMBUD_SITE_URL = env.text("OMBUD_SITE_URL", "http://localhost:8000")

# The table of skills by quarter sends sixteen fields for each skill.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

INSTALLED_APPS = [
    "config",
    "board",
    "impacts",
    "portfolio",
    "customers",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework.authtoken",
    "simple_history",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.NoNulMiddleware",
    "config.middleware.LooserPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.SignedOutMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
            "builtins": [
                "customers.templatetags.ombud",
                "customers.templatetags.ombud_charts",
                "customers.templatetags.ombud_forms",
                "customers.templatetags.ombud_links",
            ],
        },
    }
]

# SQLite by default; DATABASE_URL=postgres://... switches to PostgreSQL without another change.
DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", f"sqlite:///{quote(str(VAR_DIR / 'ombud.sqlite3'))}"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000;"
        " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "ombud_cache"},
}

AUTH_USER_MODEL = "portfolio.Person"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "portfolio.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "portfolio.adapters.ClosedAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# An office signs in from one address. The account is counted first: tries beyond its five cost the address nothing, so
# one colleague's slips shut out nobody else. The address stops who tries many accounts: 40 failures a minute, and 600
# an hour however they are spread. "login" counts sign-ins that succeed too.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,40/m/ip,600/h/ip", "login": "120/m/ip"}
MFA_ADAPTER = "config.mfa.EncryptingMFAAdapter"
# An administrator wrote the address down; nobody has to prove it to add a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Ombud"
# How many proxies stand in front: whose X-Forwarded-For, and X-Forwarded-Proto, is believed.
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("OMBUD_PROXIES", 0 if LOCAL else 1)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.text("OMBUD_TIME_ZONE", "Europe/Amsterdam")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("OMBUD_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# The face of the board's papers comes with a package and is served beside our own files.
STATICFILES_DIRS: list[object] = [BASE_DIR / "static", ("fonts", str(files("fontpkg_inter") / "files"))]
WHITENOISE_USE_FINDERS = LOCAL
PLAIN, HASHED = (
    "django.contrib.staticfiles.storage.StaticFilesStorage",
    "whitenoise.storage.CompressedManifestStaticFilesStorage",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN if LOCAL else HASHED},
}

# Mail goes to files below var/mail unless a server is named.
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Ombud <ombud@localhost>")

# Celery: the database's marks are the truth, a message only wakes the worker; so a file transport is enough to start.
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://localhost")
CELERY_TASK_ALWAYS_EAGER = env.boolean("CELERY_TASK_ALWAYS_EAGER", False)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
if CELERY_BROKER_URL.startswith("filesystem"):
    QUEUE_DIR = VAR_DIR / "queue"
    for folder in ("messages", "done", "control"):
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "processed_folder": str(QUEUE_DIR / "done"),
        "store_processed": False,
        "polling_interval": 0.05,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "visibility_timeout": 600}
SWEEP = float(env.integer("OMBUD_SWEEP_SECONDS", 20, at_least=1))
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "impacts.tasks.scan_marked_task", "schedule": SWEEP, "options": {"expires": SWEEP}},
    "encode": {"task": "impacts.tasks.encode_waiting_task", "schedule": 60.0, "options": {"expires": 60}},
    "imports": {"task": "portfolio.tasks.import_waiting_task", "schedule": SWEEP, "options": {"expires": SWEEP}},
    "register-imports": {
        "task": "customers.tasks.register_imports_task",
        "schedule": SWEEP,
        "options": {"expires": SWEEP},
    },
    "mail": {"task": "portfolio.tasks.send_mail_task", "schedule": SWEEP, "options": {"expires": SWEEP}},
    "leaving": {"task": "portfolio.tasks.switch_off_who_left_task", "schedule": 3600.0, "options": {"expires": 3600}},
    "holds": {"task": "board.tasks.return_expired_holds_task", "schedule": 3600.0, "options": {"expires": 3600}},
    "reports": {"task": "board.tasks.send_reports_task", "schedule": 3600.0, "options": {"expires": 3600}},
    "reminders": {"task": "board.tasks.remind_task", "schedule": 3600.0, "options": {"expires": 3600}},
    "changes": {"task": "board.tasks.sweep_changes_task", "schedule": 900.0, "options": {"expires": 900}},
    "papers": {"task": "board.tasks.make_papers_task", "schedule": SWEEP, "options": {"expires": SWEEP}},
    "plans": {"task": "board.tasks.plan_waiting_task", "schedule": SWEEP, "options": {"expires": SWEEP}},
    "invitations": {
        "task": "board.tasks.send_invitations_task",
        "schedule": SWEEP,
        "options": {"expires": SWEEP},
    },
    "series": {"task": "board.tasks.plan_series_task", "schedule": 3600.0, "options": {"expires": 3600}},
    "bets": {"task": "impacts.tasks.ask_for_answers_task", "schedule": 3600.0, "options": {"expires": 3600}},
    "nightly": {
        "task": "impacts.tasks.rescan_all_task",
        "schedule": crontab(hour="3", minute="0"),
        "kwargs": {"anew": False},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one says how to sign in: with a token in front, nobody signed in is a 401.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "config.api.paging.Pages",
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.PlainJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_RATES": {"token-address": "60/hour", "token-person": "20/hour"},
    "NUM_PROXIES": PROXIES,
    "EXCEPTION_HANDLER": "config.api.errors.problem_details",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ombud",
    "DESCRIPTION": "The customer's advocate in an organisation's IT portfolio.",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "RequestStatus": "portfolio.models.STATUS_CHOICES",
        "RequestKind": "portfolio.models.ProjectRequest.Kind",
        "FindingKind": "impacts.models.Finding.Kind",
        "FindingState": "impacts.models.Finding.State",
        "TouchpointEffect": "impacts.models.Effect",
        "SystemEffect": "impacts.models.SystemUse.Effect",
        "DecisionKind": "board.models.Decision.Kind",
        "NewDecisionKind": "board.api.decisions.KINDS",
        "ItemKind": "board.models.AgendaItem.Kind",
        "ItemStatus": "board.models.AgendaItem.Status",
        "MeetingStatus": "board.models.Meeting.Status",
        "HowTheBoardDecides": "board.models.Deciding",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.schema.add_problems",
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.boolean("OMBUD_HTTPS", not LOCAL):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

UNFOLD = {"SITE_TITLE": "Ombud administration", "SITE_HEADER": "Ombud"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.KeylessFormatter", "fmt": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
