"""Rules: which of them work on an incident, and what they do to it."""
