"""Forms of triage, tags and the customer's side. They check shape; the services check what fits."""
