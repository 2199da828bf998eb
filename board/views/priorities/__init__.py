"""Pages of priorities: goals, scores, the queue and its orders."""
