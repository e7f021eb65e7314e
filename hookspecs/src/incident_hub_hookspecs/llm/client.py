"""What all LLM clients have in common."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["LlmClient", "LlmKind", "Provenance"]


class LlmKind(StrEnum):
    """Which of the four services; also the name of its part of the GraphQL field `llm`."""

    SENTINEL = "sentinel"
    SHIELD = "shield"
    EDGE_AGENT = "edge_agent"
    GOVERNANCE = "governance"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who gave an answer: `engine` is `live`, `contract` or `local`; `detail` names version or model."""

    plugin: str
    engine: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LlmClient:
    """One client. `client` satisfies the protocol of its `kind`; one client of each kind serves a hub."""

    kind: LlmKind
    client: object
