"""The room host."""
