"""A hub under load that is killed over and over, and the checks of what is left."""
