"""Every write to the portfolio goes through a function of this package."""
