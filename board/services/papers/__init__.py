"""Writes of papers: packs published, made and opened by link."""
