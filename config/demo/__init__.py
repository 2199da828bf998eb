"""Meridian Bank, a made-up bank that shows what Ombud does: written as YAML, loaded by `./dev manage demo`."""
