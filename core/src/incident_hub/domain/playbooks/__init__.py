"""Playbooks without I/O: what one says, where a run goes next, how its texts are filled in."""
