"""From a plugin's name to its names in the schema: `geo_map` is the field `geoMap`, its types `GeoMap...`."""

import re

__all__ = ["is_name", "root_field", "type_prefix"]

_NAME = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*")


def type_prefix(plugin: str) -> str:
    """What the name of every type of the plugin begins with."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[-_.]", plugin))


def root_field(plugin: str) -> str:
    """The plugin's field on Query, Mutation, Subscription and Incident."""
    prefix = type_prefix(plugin)
    return prefix[:1].lower() + prefix[1:]


def is_name(field: str) -> bool:
    """Whether GraphQL can have such a field."""
    return _NAME.fullmatch(field) is not None
