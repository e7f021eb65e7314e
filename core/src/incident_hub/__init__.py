"""Incident Hub."""
