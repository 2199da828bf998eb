"""Says what customers get at a touchpoint that IT runs."""

from typing import Any

from django.core.exceptions import ValidationError

from customers.models import ServiceTier
from impacts.errors import NotAllowed
from impacts.permissions import can_keep_service


def save_service_tier(*, tier: ServiceTier, by: Any) -> ServiceTier:
    """Write or change a tier. Raises NotAllowed, and ValidationError by field, also where IT does not run the
    touchpoint."""
    _authorise(tier, by)
    if not tier.touchpoint.run_by_it:
        raise ValidationError(
            f"Customers do not deal with IT at {tier.touchpoint.name}. Say in the register that IT runs it, first."
        )
    if tier.price is None:
        tier.price_for = ""
    tier.full_clean()
    tier.save()
    return tier


def remove_service_tier(*, tier: ServiceTier, by: Any) -> None:
    """Take a tier away; its history stays. Raises NotAllowed."""
    _authorise(tier, by)
    tier.delete()


def _authorise(tier: ServiceTier, by: Any) -> None:
    if not can_keep_service(by, tier.touchpoint):
        raise NotAllowed("Who answers for the touchpoint, architects and administrators say what customers get there.")
