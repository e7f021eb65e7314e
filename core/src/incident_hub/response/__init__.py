"""The room response."""
