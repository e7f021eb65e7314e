"""Sending recorded payloads to a hub."""
