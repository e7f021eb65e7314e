"""The webhook parser of a plugin in its own process: the door awaits it."""

from dataclasses import dataclass, field
from typing import NoReturn, Self

from incident_hub_hookspecs import Delivery, PluginError, WebhookParser, WebhookRequest

from incident_hub.host.isolation.methods import PARSE
from incident_hub.host.isolation.remote import Given, Other

__all__ = ["RemoteParser"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteParser(WebhookParser):
    """Use `receive`: it verifies and parses in the plugin's process, in one call."""

    other: Other = field(repr=False)
    place: str

    @classmethod
    def at(cls, other: Other, index: int, slug: str) -> Self:
        """The parser that the plugin registered in this place."""
        return cls(slug, _refuse_to_block, other=other, place=f"parsers.{index}.parse")

    async def receive(self, request: WebhookRequest) -> Delivery:
        """What the request held; raises what the plugin raised."""
        given = Given((request.slug, request.headers, request.query, request.body))
        delivery: Delivery = await self.other.ask(self.place, PARSE, given)
        return delivery


def _refuse_to_block(_request: WebhookRequest) -> NoReturn:
    raise PluginError("this parser runs in a process of its own and must be awaited")
