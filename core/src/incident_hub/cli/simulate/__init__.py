"""What would have become of stored alerts, for people at a terminal."""
