"""Playbooks: read and checked, kept by version, run durably, approved, verified, undone."""
