"""Lists come in pages: `limit` (50, at most 200) rows from `offset` on."""

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

LARGEST_OFFSET = 10_000_000


class Pages(LimitOffsetPagination):
    """Limit and offset, both bounded: a number that no database can count to is no offset."""

    default_limit = 50
    max_limit = 200

    def get_offset(self, request: Request) -> int:
        """Where the page begins."""
        return min(super().get_offset(request), LARGEST_OFFSET)
