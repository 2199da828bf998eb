"""Writes of decisions, of what belongs to them, and of what follows from them."""
