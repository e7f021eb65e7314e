"""Reading the configuration again."""

from typing import Any, cast

from incident_hub.api.graphql.context import Info
from incident_hub.api.graphql.types.reload import ConfigurationRefused, ReloadPayload
from incident_hub.host.reload import ReloadRefusedError

__all__ = ["reload_plugins"]


async def reload_plugins(info: Info) -> ReloadPayload | ConfigurationRefused:
    """Have this hub read its configuration again. Plugins that can take changed settings get them."""
    try:
        told = await info.context.services.reloader.reload()
    except ReloadRefusedError as error:
        return ConfigurationRefused(code="configuration_refused", message=str(error))
    return ReloadPayload(
        plugins=cast("Any", told.plugins), applied=list(told.applied), waiting=list(told.waiting)
    )
