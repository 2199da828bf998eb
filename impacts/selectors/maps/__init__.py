"""The maps: accountability, data, silos, assets, and how far they are covered."""
