"""What would have become of stored alerts: replayed through another configuration, on a throw-away hub."""
