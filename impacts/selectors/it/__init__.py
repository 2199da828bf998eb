"""IT and the customers: its share, its hours, its stories."""
