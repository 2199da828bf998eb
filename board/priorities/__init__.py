"""Priorities as plain arithmetic: sums over the tree of objectives, weighted orders and how far they move, two orders
side by side, the quarter's queue. Pure: no Django, no rows; facts in, results out, sorted."""
