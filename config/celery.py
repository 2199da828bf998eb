"""The Celery application of Ombud."""

import os

from celery import Celery

from config.file_transport import use_whole_files

use_whole_files()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("ombud")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
