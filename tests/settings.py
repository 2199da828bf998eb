"""The settings under test: those of config.settings with a folder of their own, a fast password hasher, no server."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "1")
if "OMBUD_TEST_DIR" not in os.environ:
    os.environ["OMBUD_TEST_DIR"] = tempfile.mkdtemp(prefix="ombud-test-")
    atexit.register(shutil.rmtree, os.environ["OMBUD_TEST_DIR"], ignore_errors=True)
os.environ["OMBUD_VAR_DIR"] = os.environ["OMBUD_TEST_DIR"]
# In ordinary tests a message to the scanner goes nowhere; tests that want a worker start a real one (tests/workers.py).
os.environ.setdefault("OMBUD_MODEL", "off")  # tests of meaning switch it on: loading it takes half a second each time
os.environ["CELERY_BROKER_URL"] = "memory://"
# Playwright runs an event loop in the test's thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

from config.settings import *  # noqa: F403
from config.settings import DATABASES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: a worker process and the live server's threads must see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR_DIR) / "test.sqlite3")}
