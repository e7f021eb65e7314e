"""Writes what is installed now into `constraint-dependencies`, so that every clone resolves alike.

Run `uv lock --upgrade && uv sync && uv run python tools/refresh_pins.py`, then the tests.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = re.compile(r"^constraint-dependencies = \[\n.*?^\]\n", re.MULTILINE | re.DOTALL)
# Installed only by plugins that a user adds; pinned here so that they resolve alike as well.
BEYOND = ("torch==2.13.0",)


def installed() -> list[str]:
    """What is installed besides our own packages, as `name==version`."""
    command = ["uv", "pip", "freeze", "--exclude-editable"]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout  # noqa: S603
    return [line for line in told.splitlines() if "==" in line and not line.startswith("incident-hub")]


def main() -> None:
    """Rewrite the list in place."""
    manifest = ROOT / "pyproject.toml"
    kept = [pin for pin in BEYOND if not any(pin.split("==")[0] == one.split("==")[0] for one in installed())]
    pins = "".join(f'    "{pin}",\n' for pin in sorted([*installed(), *kept]))
    text, count = LIST.subn(f"constraint-dependencies = [\n{pins}]\n", manifest.read_text(encoding="utf-8"))
    if count != 1:
        raise SystemExit("pyproject.toml has no list constraint-dependencies")
    manifest.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
