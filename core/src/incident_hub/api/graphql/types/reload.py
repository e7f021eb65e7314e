"""What reading the configuration again led to."""

from typing import Annotated

import strawberry

from incident_hub.api.graphql.types.payloads import UserError
from incident_hub.host.reload_plugins import ChangeOutcome

__all__ = ["ConfigurationRefused", "PluginChange", "ReloadPayload", "ReloadResult"]

strawberry.enum(
    ChangeOutcome,
    name="PluginChangeOutcome",
    description="APPLIED works with the new options, RESTART waits for one, REFUSED keeps the old ones.",
)


@strawberry.type(description="One plugin whose part of the configuration differs from what it works with.")
class PluginChange:
    """Shows a `reload_plugins.PluginChange`."""

    name: str
    outcome: ChangeOutcome
    detail: str


@strawberry.type(description="The configuration was read again.")
class ReloadPayload:
    """Shows a `Reload`."""

    plugins: list[PluginChange]
    applied: list[str] = strawberry.field(description="Keys of the hub's own part that are in force now.")
    waiting: list[str] = strawberry.field(description="Keys of the hub's own part that wait for a restart.")


@strawberry.type(description="The configuration cannot be used; the hub works on with the old one.")
class ConfigurationRefused(UserError):  # noqa: N818 - a schema's type, not an exception
    """The message names the key or the line."""


ReloadResult = Annotated[
    ReloadPayload | ConfigurationRefused,
    strawberry.union("ReloadResult", description="What changed, or why nothing did."),
]
