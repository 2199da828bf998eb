"""Rows that are written once: what was decided and published is never changed, only followed by something newer."""

from typing import Any, ClassVar, TypeVar

from django.db import models

Row_co = TypeVar("Row_co", bound="WrittenOnce", covariant=True)


class WrittenOnceQuerySet(models.QuerySet[Row_co]):
    """Rows that may be added and read, and nothing else."""

    def update(self, **kwargs: Any) -> int:
        """Raises RuntimeError."""
        raise RuntimeError(f"{self.model.only_followed} Rows that are written once are not updated.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raises RuntimeError."""
        raise RuntimeError(f"{self.model.only_followed} Rows that are written once are not deleted.")


class WrittenOnce(models.Model):
    """Base of rows that are written once. `only_followed` says what to do instead of changing one."""

    only_followed: ClassVar[str] = ""

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it. Raises RuntimeError when it is there already."""
        if not self._state.adding:
            raise RuntimeError(self.only_followed)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises RuntimeError."""
        raise RuntimeError(self.only_followed)
