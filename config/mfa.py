"""Second factors at rest: the secrets of authenticator apps and recovery codes are stored encrypted."""

import base64
import hashlib
from typing import ClassVar

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _cipher() -> MultiFernet:
    """Encrypts under a key made from SECRET_KEY; reads what was written under SECRET_KEY_FALLBACKS too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"ombud.config.mfa" + str(key).encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class EncryptingMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """allauth's second factors, encrypted in the database."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right.",
        "cannot_generate_recovery_codes": "Recovery codes come with two-step sign-in: switch it on first.",
    }

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text as it was. Raises InvalidToken where the key has been lost."""
        return _cipher().decrypt(encrypted_text.encode()).decode()
