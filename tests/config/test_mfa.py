"""Secrets of second factors are not stored as they are."""

from pytest_django.fixtures import Settings

from config.mfa import EncryptingMFAAdapter


def test_secret_is_stored_encrypted_and_read_back() -> None:
    adapter = EncryptingMFAAdapter()
    stored = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert adapter.decrypt(stored) == "JBSWY3DPEHPK3PXP"


def test_secret_survives_a_change_of_key(settings: Settings) -> None:
    stored = EncryptingMFAAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert EncryptingMFAAdapter().decrypt(stored) == "JBSWY3DPEHPK3PXP"
