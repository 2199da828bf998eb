"""Files with entries of a register on their way in."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


class RegisterImport(models.Model):
    """An uploaded file for one register: checked, looked at, imported. Its content goes once it is imported."""

    class State(models.TextChoices):
        CHECKING = "checking", "Waiting to be checked"
        OPEN = "open", "Checked"
        WAITING = "waiting", "Waiting for the worker"
        RUNNING = "running", "Being imported"
        DONE = "done", "Imported"

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sheet = models.SlugField(max_length=60, help_text="Which register, or other list, the file belongs to.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="register_imports")
    name = models.CharField(max_length=200)
    content = models.BinaryField(blank=True)
    size = models.PositiveIntegerField(help_text="In bytes.")
    state = models.CharField(max_length=8, choices=State, default=State.CHECKING)
    problem = models.TextField(blank=True, help_text="Why the last try did not succeed.")
    result = models.JSONField(
        default=dict, blank=True, help_text="What the file would do, or did, as the page shows it."
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-uploaded_at", "token"]
        indexes: ClassVar = [
            models.Index(fields=["person", "-uploaded_at"], name="register_import_person"),
            models.Index(fields=["state"], name="register_import_state"),
        ]

    def __str__(self) -> str:
        return self.name
