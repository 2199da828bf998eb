"""What the language model makes of each request's text."""

from typing import ClassVar

from django.db import models

from portfolio.models import ProjectRequest


class RequestMeaning(models.Model):
    """The vector of one request's text, so that it is encoded once. A new text gets a new row, with a greater id: so an
    index sees what is new. `fingerprint` is of the text and the model that the vector was made from."""

    request = models.OneToOneField(ProjectRequest, models.CASCADE, related_name="meaning")
    fingerprint = models.CharField(max_length=64)
    vector = models.BinaryField(help_text="Half-precision numbers; empty for a text that says nothing.")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"meaning of {self.request_id}"
