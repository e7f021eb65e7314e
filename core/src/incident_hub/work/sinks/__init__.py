"""Plugins that hear of every event: each has a durable place in the timeline, and goes on from there."""
