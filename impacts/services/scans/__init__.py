"""Scanning: marks, the index, its snapshot, full scans, storing what was found and telling of it."""
