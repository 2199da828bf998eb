"""Every write to tags, findings, clusters and families goes through a function of this package."""
