"""Turns Ombud's roles into Django's permissions, for the registers and the administration site."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from portfolio.permissions import has_register_permission


class RoleBackend(ModelBackend):
    """Django's own backend, with the permissions that a person's roles give added."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether the person has the permission, by a role or directly."""
        if not user_obj.is_active:
            return False
        return has_register_permission(user_obj, perm) or super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the person has any permission in the app."""
        return user_obj.is_active and (
            has_register_permission(user_obj, f"{app_label}.change_any")
            or super().has_module_perms(user_obj, app_label)
        )
