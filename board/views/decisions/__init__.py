"""Pages of decisions: made, kept, changed, objected to."""
