"""Who may change the registers. Everybody who is signed in may read them.

The registers are reference data: Django's own model permissions decide, which `portfolio.backends` derives from roles.
"""

from typing import Any


def can_change_registers(user: Any) -> bool:
    """Whether `user` may add, change and retire entries."""
    return bool(user.is_authenticated and user.has_perm("customers.change_touchpoint"))
