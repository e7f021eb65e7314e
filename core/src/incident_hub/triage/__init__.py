"""The room triage."""
