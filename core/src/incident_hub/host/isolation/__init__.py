"""Plugins in processes of their own: what the hub sends, what it believes, and what it does when one dies."""
