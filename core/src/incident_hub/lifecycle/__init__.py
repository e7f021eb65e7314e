"""What people do to incidents: guarded, versioned, written to the timeline."""
