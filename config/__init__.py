"""The composition root: it wires the four apps; nothing imports it but Django, Celery and the web server."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
