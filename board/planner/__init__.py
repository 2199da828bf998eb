"""Which requests go, and in which period: a pure package. Scenario in, plan and reasons out; imports no Django."""
