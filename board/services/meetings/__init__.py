"""Writes to meetings: planned, filled, held."""
