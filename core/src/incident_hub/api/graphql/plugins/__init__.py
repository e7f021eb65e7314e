"""Parts that plugins add to the schema: looked at, fitted in by name, and called behind a guard."""
