"""Writes of plans: scenarios, the planner's work over them, and their way before the board."""
