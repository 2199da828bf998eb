"""What of an edit is material: pure functions over plain values, no Django. See docs/decisions-kept.md."""
