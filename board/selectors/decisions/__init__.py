"""Reads of decisions: their chain, their log, what they were made of and what became of them."""
