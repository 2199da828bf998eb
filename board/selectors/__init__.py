"""What the board's pages read. Each function says how many queries it makes or that their number is fixed."""
