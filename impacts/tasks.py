"""Celery's way into the scanner."""
