"""What people do with findings: triage, clusters, families and answers to the hold-on card."""
