"""What the tests of the whole share."""

from tests.config.bank import bank

__all__ = ["bank"]
