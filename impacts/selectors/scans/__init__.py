"""What the engine reads: facts, meanings, verdicts, the rules as set; and look-alikes while one types."""
