"""Stand-ins: small servers that speak the dialects of the real services, faults included."""
