"""From the portfolio to the planner's question and back: pure helpers that know facts and plain values, no rows."""
