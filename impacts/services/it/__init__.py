"""IT and the customers: hours spent with them, what they get at touchpoints, value stories."""
