"""The portfolio through the API."""
