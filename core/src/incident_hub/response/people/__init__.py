"""People: who there is, who is on call when, and how a receiver becomes people and their contact methods."""
