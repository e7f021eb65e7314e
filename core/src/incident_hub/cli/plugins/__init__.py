"""`incident-hub plugins`, a module for each of its commands."""
