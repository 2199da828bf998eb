"""What imports leave behind: uploaded files until they are done with, and what each row said last time."""

import uuid
from typing import ClassVar

from django.db import models

from portfolio.models.people import Person
from portfolio.models.requests import ProjectRequest


class ImportFile(models.Model):
    """An uploaded file on its way in: matched, checked, imported. Its content goes once it is imported."""

    class State(models.TextChoices):
        OPEN = "open", "Being checked"
        WAITING = "waiting", "Waiting for the worker"
        RUNNING = "running", "Being imported"
        DONE = "done", "Imported"

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="import_files")
    name = models.CharField(max_length=200)
    content = models.BinaryField(blank=True)
    size = models.PositiveIntegerField(help_text="In bytes.")
    mapping = models.JSONField(default=dict, blank=True, help_text="Which column is what; empty until it is said.")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    rows = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, help_text="Why the last try did not succeed.")
    result = models.JSONField(default=dict, blank=True, help_text="How many requests were created, changed, unchanged.")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-uploaded_at", "token"]
        indexes: ClassVar = [models.Index(fields=["person", "-uploaded_at"], name="import_file_person")]

    def __str__(self) -> str:
        return self.name


class ImportedRow(models.Model):
    """What a file said of each field when it was last imported, as short marks.

    So a row that did not change in the file changes nothing, whatever people changed in Ombud meanwhile.
    """

    request = models.OneToOneField(ProjectRequest, models.CASCADE, primary_key=True, related_name="imported_row")
    marks = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["request_id"]

    def __str__(self) -> str:
        return f"what was imported of request {self.request_id}"
