"""Calls of services outside, for plugins: credentials, rates, a bulkhead, a circuit and repeats around each."""
