"""The board over time: what each report finds, as plain arithmetic, and how its chart is laid out. Pure: no Django."""
