"""How fields find their rows."""
