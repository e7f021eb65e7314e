"""Escalation: policies, and the runs that take an incident through one until somebody has it."""
