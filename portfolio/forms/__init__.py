"""Forms of the portfolio. They say what a value may look like; the services decide what it does."""
