"""Seed packs: registers to start from, one JSON file for each kind of organisation."""
