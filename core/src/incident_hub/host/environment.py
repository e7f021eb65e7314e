"""How packages come into this environment: by pip, or by uv where there is no pip."""

import importlib.util
import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = ["Installer", "find_installer", "typed"]


@dataclass(frozen=True, slots=True)
class Installer:
    """A program that installs into the environment of this interpreter.

    `before` and `after` stand around the verb. `shown` does so too, in the form that people would type
    in the shell they sit in.
    """

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    shown_after: tuple[str, ...] = ()

    def command(self, verb: str, *arguments: str) -> list[str]:
        """What to run."""
        return [*self.before, verb, *self.after, *arguments]

    def typed(self, verb: str, *arguments: str) -> str:
        """What to type."""
        return shlex.join([*self.shown, verb, *self.shown_after, *arguments])


@lru_cache(maxsize=1)
def find_installer() -> Installer | None:
    """pip when this environment has it, else uv when it is on this machine, else nothing."""
    if importlib.util.find_spec("pip") is not None:
        module = (sys.executable, "-m", "pip")
        own = shutil.which("pip")
        near = own is not None and Path(own).parent == Path(sys.executable).parent
        return Installer("pip", module, shown=("pip",) if near else module)
    if uv := _uv():
        python = ("--python", sys.executable)
        return Installer(
            "uv pip", (*uv, "pip"), python, ("uv", "pip"), () if _uv_would_choose_it() else python
        )
    return None


def typed(verb: str, *arguments: str) -> str:
    """The command to type in this environment, as in `pip install --upgrade NAME`."""
    return (find_installer() or Installer("pip", (), shown=("pip",))).typed(verb, *arguments)


def _uv() -> tuple[str, ...]:
    known = os.environ.get("UV") or shutil.which("uv")  # `uv run` says where it is
    if known:
        return (known,)
    return (sys.executable, "-m", "uv") if importlib.util.find_spec("uv") is not None else ()


def _uv_would_choose_it() -> bool:
    chosen = os.environ.get("VIRTUAL_ENV") or ".venv"
    return Path(chosen).resolve() == Path(sys.prefix).resolve()
