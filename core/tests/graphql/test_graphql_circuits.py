"""Circuits and endpoints as people see them, and how a circuit is closed by hand."""

from collections.abc import Awaitable, Callable
from typing import Any

from incident_hub.host.circuit import Circuit
from incident_hub.host.status import EndpointRecord

Hub = Any  # the small hub of conftest
Ask = Callable[..., Awaitable[dict[str, Any]]]
SHOWN = """{ plugins { name status reason circuits { name state }
  endpoints { name host trouble calls tries errors failures { code count } circuit { state } } } }"""
RESET = """mutation ($name: String!) { resetCircuit(name: $name) { __typename
  ... on CircuitPayload { circuit { name state retryAfter } } ... on NotFound { code message } } }"""


def opened(hub: Hub) -> Circuit:
    record = hub.registry.records["rules"]
    circuit = record.circuits["rules@svc"] = Circuit("rules@svc", record.note_circuit, failures=1)
    endpoint = record.endpoints["svc"] = EndpointRecord("svc", "svc.example", circuit, tries=3)
    endpoint.count(0.1, failed=True)
    endpoint.failures["timeout"] += 1
    circuit.failed(circuit.enter())
    return circuit


async def test_an_open_circuit_and_its_endpoint_are_shown(hub: Hub, ask: Ask) -> None:
    opened(hub)
    (plugin,) = (await ask(SHOWN))["plugins"]
    assert plugin["status"] == "degraded"
    assert plugin["circuits"] == [{"name": "rules@svc", "state": "open"}]
    assert plugin["endpoints"] == [
        {
            "name": "svc", "host": "svc.example", "trouble": "", "calls": 1, "tries": 3, "errors": 1,
            "failures": [{"code": "timeout", "count": 1}], "circuit": {"state": "open"},
        }
    ]  # fmt: skip


async def test_a_circuit_is_closed_by_hand(hub: Hub, ask: Ask) -> None:
    circuit = opened(hub)
    done = (await ask(RESET, name="rules@svc"))["resetCircuit"]
    assert done["circuit"] == {"name": "rules@svc", "state": "closed", "retryAfter": 0.0}
    assert circuit.closed
    (plugin,) = (await ask(SHOWN))["plugins"]
    assert (plugin["status"], plugin["reason"]) == ("active", "")


async def test_a_circuit_that_is_not_there_is_named(hub: Hub, ask: Ask) -> None:
    done = (await ask(RESET, name="nobody"))["resetCircuit"]
    assert (done["__typename"], done["code"]) == ("NotFound", "circuit_not_found")
    assert "nobody" in done["message"]
