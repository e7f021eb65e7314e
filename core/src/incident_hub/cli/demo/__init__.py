"""The demo: a scripted storm, seen through the hub's own doors."""
