"""The options that commands share, and the configuration they lead to."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import ArgumentError

from incident_hub.cli.errors import CommandError
from incident_hub.host.config import HubConfig
from incident_hub.storage.database import Database
from incident_hub.storage.opening import open_database

__all__ = [
    "config_option",
    "load_config",
    "open_configured",
    "run_async",
    "safe_mode_option",
    "with_database",
    "write_logs",
]

T = TypeVar("T")
_LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--config`; without it the environment or `./incident-hub.yaml` says."""
    kind = click.Path(dir_okay=False, path_type=Path)
    option = click.option(
        "--config", "config_file", type=kind, metavar="FILE", help="Configuration file.", is_eager=True
    )
    return option(command)


def safe_mode_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option `--safe-mode`; without it the environment or the file says."""
    told = "Start with no plugins: nothing of theirs is imported."
    return click.option("--safe-mode", is_flag=True, default=None, help=told)(command)


def load_config(config_file: Path | None, **overrides: object) -> HubConfig:
    """The configuration; an override that is None changes nothing."""
    config = HubConfig.load(config_file, os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    return replace(config, **given) if given else config  # type: ignore[arg-type]


def write_logs(level: int = logging.INFO) -> None:
    """Logs go to stderr, where a supervisor looks for them."""
    logging.basicConfig(level=level, format=_LOG_FORMAT)
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, on uvloop where there is one."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def with_database(config_file: Path | None, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """Open the configured database, do the work, close it."""
    config = load_config(config_file)

    async def run() -> T:
        database = open_configured(config)
        try:
            return await work(database)
        finally:
            await database.close()

    return run_async(run())


def open_configured(config: HubConfig) -> Database:
    """The database that the configuration names; close it."""
    try:
        return open_database(config.database_url, pool_size=config.database_pool_size)
    except ArgumentError:
        message = "DATABASE_URL is no database URL: use sqlite:///PATH or postgresql://USER@HOST/NAME"
        raise CommandError(message, 2) from None
