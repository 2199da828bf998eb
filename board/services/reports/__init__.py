"""Writes of reports: who gets which, and sending them."""
