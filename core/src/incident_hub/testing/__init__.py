"""What tests of the hub and of its plugins share: real databases, started by the tests themselves."""
