"""Pages of documentation, run: every command is typed as it is written, and must answer as it says.

A `console` block holds commands after `$ ` and their output, where `…` stands for anything. An `sh` block
says in a comment before it what becomes of it: `<!-- run: server -->`, or `<!-- not run: the reason -->`.
A block with a name behind its kind is a file of that name.
"""

from incident_hub.testing.pages.blocks import Block, Step, blocks, steps
from incident_hub.testing.pages.playing import play
from incident_hub.testing.pages.shell import Shell

__all__ = ["Block", "Shell", "Step", "blocks", "play", "steps"]
