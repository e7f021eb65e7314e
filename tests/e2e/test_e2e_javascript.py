"""The JavaScript `graphql-ws` client in Node, its socket cut over and over, misses nothing and sees nothing twice."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from incident_hub.hub import Hub

CUTS = 5
INSTALL = ("npm", "install", "--no-package-lock", "--no-audit", "--no-fund")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def client_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with the packages that it needs."""
    folder = tmp_path_factory.mktemp("js") / "js"
    shutil.copytree(Path(__file__).parent / "js", folder, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run(INSTALL, cwd=folder, check=True, capture_output=True)
    return folder


async def test_graphql_ws_in_node_cut_and_resumed_by_cursor_misses_nothing_and_sees_nothing_twice(
    hub: Hub,
    storm: Callable[[str, int], Awaitable[None]],
    created: Callable[[], Awaitable[Sequence[int]]],
    client_folder: Path,
) -> None:
    await storm("before", 5)
    url = f"ws://127.0.0.1:{hub.config.port}/graphql"
    pipe = asyncio.subprocess.PIPE
    node = await asyncio.create_subprocess_exec(
        "node", "follow.mjs", url, str(CUTS), "last 0", cwd=client_folder, stdout=pipe, stderr=pipe
    )
    told = asyncio.create_task(node.communicate())
    await asyncio.gather(storm("one", 60), storm("two", 60))
    await storm("last", 1)
    output, errors = await told
    assert node.returncode == 0, errors.decode()
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines.count("cut") == CUTS
    seen = [int(line["cursor"]) for line in lines if line != "cut"]
    assert seen == await created()
    assert len(seen) == 126
