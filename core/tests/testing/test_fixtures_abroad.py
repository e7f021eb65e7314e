"""The fixtures in somebody else's repository: strict or auto mode, every warning an error, no help from ours."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import asyncio
import socket
import urllib.request

import pytest
from incident_hub_hookspecs import hookimpl
from incident_hub_hookspecs.testing import Answer

{mark}


class Plugin:
    @hookimpl
    def register_routes(self):
        return []


async def test_a_hub(hub_with, gql):
    hub = await hub_with(("mine", Plugin()))
    assert hub.plugin("mine").status == "active"
    assert (await gql("{{ __typename }}")) == {{"__typename": "Query"}}


async def test_another_hub(hub, gql, gql_subscribe, settled, hub_clock, recorded_http):
    stream = gql_subscribe("subscription {{ incidentCreated {{ incident {{ title }} }} }}")
    waiting = asyncio.ensure_future(anext(stream))
    create = "mutation {{ createIncident(input: {{title: \\"x\\"}}) {{ __typename }} }}"
    await gql(create)
    assert (await waiting)["incidentCreated"]["incident"] == {{"title": "x"}}
    await settled()


async def test_no_network_reaches_the_loop(no_network):
    with pytest.raises(RuntimeError, match="192.0.2.1:9"):
        await asyncio.open_connection("192.0.2.1", 9)


def test_no_network_sees_what_is_swallowed(no_network):
    try:
        urllib.request.urlopen("http://registry.example/", timeout=1)
    except Exception:
        pass


def test_no_network_sees_datagrams(no_network):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, pytest.raises(RuntimeError):
        sock.sendto(b"x", ("192.0.2.1", 9))
"""


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_the_fixtures_work_in_a_repository_of_its_own(tmp_path: Path, mode: str) -> None:
    mark = "pytestmark = []" if mode == "auto" else ""
    text = TESTS.format(mark=mark)
    if mode == "strict":
        text = text.replace("\nasync def", "\n@pytest.mark.asyncio\nasync def")
    (tmp_path / "test_mine.py").write_text(text)
    ini = f"[pytest]\nasyncio_mode = {mode}\nasyncio_default_fixture_loop_scope = function\n"
    (tmp_path / "pytest.ini").write_text(ini)
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    errors = re.findall(r"^(?:ERROR|FAILED) test_mine.py::(\w+)", done.stdout, re.MULTILINE)
    wanted = [
        "test_no_network_reaches_the_loop",
        "test_no_network_sees_what_is_swallowed",
        "test_no_network_sees_datagrams",
    ]
    assert errors == wanted, done.stdout + done.stderr
    assert "5 passed, 3 errors" in done.stdout
    assert "the test reached out for the name 'registry.example'" in done.stdout
