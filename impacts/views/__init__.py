"""The pages and panels of the app."""
