"""`incident-hub classifier_model versions | promote | rollback | retrain | evaluate`."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from getpass import getuser
from pathlib import Path

from incident_hub_hookspecs import Command

from incident_hub_classifier_model.desk import Desk
from incident_hub_classifier_model.labelled import read_labelled
from incident_hub_classifier_model.metrics import Metrics
from incident_hub_classifier_model.records import Version

__all__ = ["commands"]

NAME = "incident-hub classifier_model"


def commands(desk: Desk) -> Sequence[Command]:
    """The commands over this desk."""
    return [
        _command("versions", "List the versions, the newest first.", lambda _: _versions(desk)),
        _command("promote", "Let a version serve.", lambda given: _promote(desk, given.id), "id"),
        _command("rollback", "Let the version serve that served before.", lambda _: _rollback(desk)),
        _command("retrain", "Train a version on all lessons.", lambda _: _retrain(desk)),
        _command(
            "evaluate",
            "Judge the version that serves on a file of labelled incidents, one JSON object a line.",
            lambda given: _evaluate(desk, Path(given.file)),
            "file",
        ),
    ]


def _command(
    name: str, told: str, work: Callable[[argparse.Namespace], Awaitable[None]], *arguments: str
) -> Command:
    parser = argparse.ArgumentParser(prog=f"{NAME} {name}", description=told)
    for one in arguments:
        parser.add_argument(one)

    async def working(given: argparse.Namespace) -> None:
        await work(given)

    def run(words: Sequence[str]) -> int:
        asyncio.run(working(parser.parse_args(list(words))))
        return 0

    return Command(name, told, run)


def _who() -> str:
    return f"cli:{getuser()}"


async def _versions(desk: Desk) -> None:
    print(f"{'version':15}{'created':18}{'lessons':>8}{'macro-F1':>10}{'ECE':>7}  promoted by")
    for one in await desk.versions():
        print(_line(one))


def _line(one: Version) -> str:
    by = f"{one.promoted_by}{', serves' if one.serving else ''}"
    when = f"{one.created_at:%Y-%m-%d %H:%M}"
    told = one.metrics
    return (
        f"{one.id:15}{when:18}{one.trained_on.lessons:8}{told.macro_f1:10.3f}{told.ece:7.3f}  {by}".rstrip()
    )


async def _promote(desk: Desk, id_: str) -> None:
    print(f"version {(await desk.promote(id_, _who())).id} serves")


async def _rollback(desk: Desk) -> None:
    print(f"version {(await desk.roll_back(_who())).id} serves again")


async def _retrain(desk: Desk) -> None:
    done = await desk.trainer.retrain(_who())
    print(
        f"version {done.version} {'serves' if done.promoted else 'is kept, and does not serve'}: {done.why}"
    )


async def _evaluate(desk: Desk, file: Path) -> None:
    samples = read_labelled(file)
    served = await desk.serving.loaded_or_bootstrap()
    judged = await asyncio.to_thread(served.model.judge, samples)
    print(f"version {served.id} on {judged.count} incidents: {_summary(judged)}")
    for one in judged.classes:
        told = f"precision {one.precision:.3f}, recall {one.recall:.3f}, F1 {one.f1:.3f}, {one.support:.0f} incidents"
        print(f"  {one.severity}  {told}")


def _summary(one: Metrics) -> str:
    return f"macro-F1 {one.macro_f1:.3f}, accuracy {one.accuracy:.3f}, ECE {one.ece:.3f}"
