"""How an agenda is built, as plain functions: what is at stake, minutes, and the days on which a series meets."""
