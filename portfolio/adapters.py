"""How allauth behaves here: nobody signs up by themselves, an administrator adds people; its errors in plain words."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in without sign-up."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "enter_current_password": "Type your present password.",
        "incorrect_code": "This code is not right.",
        "incorrect_password": "This password is not right.",
        "too_many_login_attempts": "Too many tries went wrong. Wait five minutes and try again, or get a new password.",
        "rate_limited": "That was too often in a short time. Wait a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people are added by an administrator."""
        return False
