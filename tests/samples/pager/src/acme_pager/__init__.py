"""Sends pages, keeps a log of them in tables of its own, and shows the log in GraphQL."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from incident_hub_hookspecs import GraphQLPart, Migrations, Notifier, PluginContext, hookimpl

from acme_pager.log import DeliveryLog
from acme_pager.notifier import PagerNotifier
from acme_pager.part import graphql_part

__all__ = ["DeliveryLog", "PagerNotifier"]


@hookimpl
def register_migrations() -> Migrations:
    """The table `acme_pager_delivery`."""
    return Migrations(Path(__file__).parent / "migrations")


@hookimpl
def register_notifiers(context: PluginContext[Any]) -> Sequence[Notifier]:
    """The one notifier."""
    return [PagerNotifier(DeliveryLog(context.tables))]


@hookimpl
def extend_graphql(context: PluginContext[Any]) -> GraphQLPart:
    """`{ acmePager { deliveries } }` and `Incident.acmePager`."""
    return graphql_part(DeliveryLog(context.tables))
