"""Reads for plans: the portfolio as scenarios, and plans as they are shown."""
