"""Raises while it registers."""

from incident_hub_hookspecs import hookimpl


@hookimpl
def register_enrichers() -> list[object]:
    raise RuntimeError("at register")
