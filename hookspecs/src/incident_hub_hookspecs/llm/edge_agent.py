"""Edge-Agent: inference near the edge, with a queue for the time without a link."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.llm.client import Provenance
from incident_hub_hookspecs.records import EMPTY

__all__ = [
    "BatchReceipt",
    "EdgeAgentClient",
    "InferenceRequest",
    "InferenceResult",
    "ResourceUsage",
    "SyncResult",
]


def _nothing() -> Mapping[str, str]:
    return EMPTY


@dataclass(frozen=True, slots=True)
class InferenceRequest:
    """One request. `priority` is 1 (low) to 4 (critical); `id` is the key under which it runs once."""

    id: str
    model: str
    input: str
    priority: int = 2
    allow_offline_queue: bool = True
    parameters: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """`status` is `completed`, `queued`, `processing` or `failed`; `output` is there when completed."""

    request_id: str
    status: str
    provenance: Provenance
    output: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """What became of a batch when it was handed in."""

    batch_id: str
    accepted: int
    queued: int


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a synchronisation delivered; `failed` holds the ids that stay queued."""

    delivered: tuple[str, ...]
    failed: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ResourceUsage:
    """How busy a node is; percentages are 0 to 100, None is unknown."""

    node: str
    at: datetime
    cpu_percent: float | None = None
    memory_percent: float | None = None
    gpu_percent: float | None = None
    active_requests: int = 0
    queued_requests: int = 0


@runtime_checkable
class EdgeAgentClient(Protocol):
    """Raises `DeliveryError` when a node did not answer and the request may not be queued."""

    async def infer(self, request: InferenceRequest, context: CallContext) -> InferenceResult:
        """Run one request, or queue it while there is no link."""

    def stream_inference(
        self, requests: AsyncIterator[InferenceRequest], context: CallContext
    ) -> AsyncIterator[InferenceResult]:
        """Run requests as they come; results come as they are ready, in no order."""

    async def submit_batch(
        self, batch_id: str, requests: Sequence[InferenceRequest], context: CallContext
    ) -> BatchReceipt:
        """Hand in many; the same `batch_id` counts once."""

    async def sync(self, context: CallContext) -> SyncResult:
        """Deliver what is queued, by priority, then by age."""

    async def resource_usage(self, context: CallContext) -> Sequence[ResourceUsage]:
        """How busy the nodes are now."""
