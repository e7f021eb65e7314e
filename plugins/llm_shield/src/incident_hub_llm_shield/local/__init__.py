"""The engine that needs no service: detectors, threat types, risk and plans of our own."""
