"""Hubs that start in a moment and die by SIGKILL: forked from a process that has imported everything.

Run as `python -m incident_hub.testing.storm.hub_process`; the first line it reads is the settings as
JSON, then it takes the commands `start` and `kill`, and answers each with a line.
"""

import json
import os
import signal
import sys
from importlib import metadata
from pathlib import Path

from incident_hub_hookspecs import ENTRY_POINT_GROUP

from incident_hub.api.server import server_of
from incident_hub.host.config import EscalationConfig, HubConfig, NotifyConfig, NotifyTarget, WorkConfig
from incident_hub.hub import Hub

__all__ = ["config_of", "main"]

_LEASE_SECONDS = 1.0  # what a killed hub held is taken over soon
_ATTEMPTS = 200  # kills are not the job's fault here


def config_of(settings: dict[str, str]) -> HubConfig:
    """A hub on the given database and port that tells the given address of every incident.

    With `policy`, incidents that no rule and no service has a policy for go through that one.
    """
    target = NotifyTarget(
        channel="notifier_webhook",
        min_severity="P4",
        on=("created", "resolved"),
        options={"url": settings["notify_url"], "allow_private": True},
    )
    return HubConfig(
        database_url=settings["database_url"],
        data_dir=Path(settings["folder"]),
        port=int(settings["port"]),
        notify=NotifyConfig(targets=(target,)),
        escalation=EscalationConfig(default_policy=settings.get("policy", "")),
        work=WorkConfig(
            lease_seconds=float(settings.get("lease_seconds", _LEASE_SECONDS)), max_attempts=_ATTEMPTS
        ),
        plugins_block=("classifier_model",),  # each hub lives a moment: too short to learn anything
    )


def main() -> None:
    """Obey until the commands end, then leave no hub behind."""
    for point in metadata.entry_points(group=ENTRY_POINT_GROUP):
        point.load()
    config = config_of(json.loads(sys.stdin.readline()))
    child = 0
    print("ready", flush=True)
    for line in sys.stdin:
        child = _start(config) if line.strip() == "start" else _kill(child)
        print(child, flush=True)
    if child:
        _kill(child)


def _start(config: HubConfig) -> int:
    child = os.fork()
    if child:
        return child
    try:
        _serve(config)
    finally:
        os._exit(1)


def _serve(config: HubConfig) -> None:
    import uvloop  # noqa: PLC0415 - not on every system

    async def run() -> None:
        await server_of(await Hub.create(config, writer_process=True)).serve()

    uvloop.run(run())


def _kill(child: int) -> int:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 0


if __name__ == "__main__":
    main()
