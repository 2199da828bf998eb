"""The board's forms. They check shape; the services check what fits."""
