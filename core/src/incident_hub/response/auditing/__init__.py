"""The auditor: compares what should have happened with what did, repairs it, and says so."""
