"""Ombud's tests. They mirror the apps."""
