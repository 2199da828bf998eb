"""What requests touch and bet on, what is suggested, what waits for a register."""
