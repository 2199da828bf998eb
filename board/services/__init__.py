"""Every write of the board goes through a function of this package."""
