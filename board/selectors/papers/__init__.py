"""Reads for papers: packs and minutes."""
