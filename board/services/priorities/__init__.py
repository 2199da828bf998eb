"""Writes of priorities: scores, weights and the order of the queue."""
