"""The registers through the API."""
