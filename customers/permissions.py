"""Who may change the registers. Everybody who is signed in may read them.

The registers are reference data: Django's own model permissions decide, which `portfolio.backends` derives from roles.
"""

from typing import Any

from customers.models import Segment


def can_change_registers(user: Any) -> bool:
    """Whether `user` may add, change and retire entries."""
    return bool(user.is_authenticated and user.has_perm("customers.change_touchpoint"))


def can_type_assets(user: Any, segment: Segment) -> bool:
    """Whether `user` may type how many customers of a segment came, went and moved: its manager, and who keeps the
    registers."""
    return bool(user.is_authenticated and user.pk == segment.manager_id) or can_change_registers(user)
