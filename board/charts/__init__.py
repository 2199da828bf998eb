"""Lays out the board's charts for templates to draw as SVG. Pure arithmetic."""
