"""What the pages, the API and the scanner read; every function says what comes back."""
