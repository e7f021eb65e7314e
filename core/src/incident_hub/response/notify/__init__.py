"""Notification: one message to one place, under one key however often, and the record of it."""
