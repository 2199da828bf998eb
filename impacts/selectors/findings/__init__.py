"""Findings, clusters and families as one person may see them."""
