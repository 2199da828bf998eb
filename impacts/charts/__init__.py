"""Lays out charts for templates to draw as SVG. Pure arithmetic."""
