"""What the schema shows."""
