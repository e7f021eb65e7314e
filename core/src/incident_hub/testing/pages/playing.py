"""A whole page, played from its first block to its last."""

from contextlib import ExitStack

from incident_hub.testing.pages.blocks import Block, blocks, steps
from incident_hub.testing.pages.shell import Shell

__all__ = ["play"]

_FIRST = 240.0  # seconds for one command: it may make an environment first


def play(page: str, shell: Shell) -> None:
    """Type every command, write every file, run every server until the next one or the page's end.

    Raises `AssertionError` for what does not hold, and for commands without a word on what becomes of them.
    """
    with ExitStack() as server:
        for block in blocks(page):
            if block.mark == "run: server":
                server.close()
                server.enter_context(shell.serving(block.body))
            else:
                _do(block, shell)


def _do(block: Block, shell: Shell) -> None:
    if block.file:
        path = shell.here / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, encoding="utf-8")
    elif block.kind == "console":
        for step in steps(block.body):
            shell.follow(step, seconds=_FIRST)
    elif block.kind in ("sh", "bash") and not block.mark.startswith("not run: "):
        raise AssertionError(f"nothing is said of these commands:\n{block.body}")
