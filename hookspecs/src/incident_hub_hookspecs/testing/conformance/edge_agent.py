"""Clients of Edge-Agent."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, ClassVar

import pytest

from incident_hub_hookspecs import llm
from incident_hub_hookspecs.context import CallContext
from incident_hub_hookspecs.llm import EdgeAgentClient, InferenceRequest, InferenceResult, LlmKind
from incident_hub_hookspecs.records import Incident
from incident_hub_hookspecs.testing.builders import an_incident
from incident_hub_hookspecs.testing.conformance.checks import a_text, aware, hold, instance, sequence, texts
from incident_hub_hookspecs.testing.conformance.llm import LlmClientConformance, check_provenance
from incident_hub_hookspecs.testing.conformance.stage import Stage

__all__ = ["EdgeAgentConformance"]

_STATUSES = ("completed", "queued", "processing", "failed")


class EdgeAgentConformance(LlmClientConformance):
    """For a plugin that brings a client of Edge-Agent."""

    kind: ClassVar[LlmKind] = LlmKind.EDGE_AGENT
    protocol: ClassVar[type[Any]] = EdgeAgentClient
    deterministic: ClassVar[bool] = False

    async def questions(self, client: Any, context: CallContext, incident: Incident) -> dict[str, Any]:
        """One question of each kind."""
        requests = [_request(f"{incident.id}-{number}", incident) for number in range(3)]
        return {
            "ids": [one.id for one in requests],
            "infer": await client.infer(requests[0], context),
            "stream_inference": [
                one async for one in client.stream_inference(_one_by_one(requests), context)
            ],
            "submit_batch": await client.submit_batch(f"batch-{incident.id}", requests, context),
            "sync": await client.sync(context),
            "resource_usage": await client.resource_usage(context),
        }

    def check(self, answer: Any, number: int = 0) -> None:  # noqa: ARG002
        """Results under the ids of their requests, a receipt, what was delivered, how busy the nodes are."""
        ids = answer["ids"]
        hold(_checked(answer["infer"], "infer").request_id == ids[0], "infer: answers another request")
        streamed = [_checked(one, "stream_inference").request_id for one in answer["stream_inference"]]
        hold(sorted(streamed) == sorted(ids), f"stream_inference: {streamed} for the requests {ids}")
        receipt = instance(answer["submit_batch"], llm.BatchReceipt, "submit_batch")
        hold(0 <= receipt.queued <= receipt.accepted <= len(ids), f"submit_batch: {receipt}")
        sync = instance(answer["sync"], llm.SyncResult, "sync")
        aware(sync.at, "sync.at")
        hold(not set(sync.delivered) & set(sync.failed), "sync: an id is delivered and failed")
        texts(sync.delivered, "sync.delivered")
        for index, item in enumerate(sequence(answer["resource_usage"], "resource_usage")):
            _check_usage(instance(item, llm.ResourceUsage, f"resource_usage[{index}]"))

    @pytest.mark.parametrize("priority", [1, 2, 3, 4])
    def test_every_priority_is_taken(self, client: Any, stage: Stage, priority: int) -> None:
        """From low to critical."""
        request = InferenceRequest("p-1", "m", "hello", priority)
        _checked(stage.run(lambda: client.infer(request, stage.context)), "infer")

    def test_a_batch_of_one_id_counts_once(self, client: Any, stage: Stage) -> None:
        """Handed in again, it is accepted as it was, and nothing is queued twice."""
        requests = [_request(f"r-{number}", an_incident()) for number in range(3)]

        async def twice() -> Sequence[Any]:
            return [await client.submit_batch("batch-1", requests, stage.context) for _ in range(2)]

        first, second = stage.run(twice)
        hold((first.batch_id, first.accepted) == (second.batch_id, second.accepted), f"{first} and {second}")


def _request(name: str, incident: Incident) -> InferenceRequest:
    return InferenceRequest(name, "gpt-4o", incident.title, parameters={"temperature": "0"})


async def _one_by_one(requests: Sequence[InferenceRequest]) -> AsyncIterator[InferenceRequest]:
    for one in requests:
        yield one


def _checked(value: object, where: str) -> InferenceResult:
    one = instance(value, InferenceResult, where)
    hold(one.status in _STATUSES, f"{where}.status: {one.status!r} is none of {', '.join(_STATUSES)}")
    hold(isinstance(one.output, str), f"{where}.output is not text")
    hold(one.error or one.status != "failed", f"{where}: failed without an error")
    a_text(one.error, f"{where}.error")
    check_provenance(one.provenance, where)
    return one


def _check_usage(usage: llm.ResourceUsage) -> None:
    aware(usage.at, "resource_usage.at")
    for name in ("cpu_percent", "memory_percent", "gpu_percent"):
        share = getattr(usage, name)
        hold(share is None or 0 <= share <= 100, f"resource_usage.{name}: {share!r}")
