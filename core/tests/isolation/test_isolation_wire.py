"""What crosses the line is data: it comes back as it went, and what is anything else builds nothing."""
# ruff: noqa: ANN401 - made of any type

import dataclasses
import enum
import pickle
import types
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import incident_hub_hookspecs as contract
import pytest
from incident_hub.host.isolation.frames import FRAME_LIMIT, Frames, framed
from incident_hub.host.isolation.methods import ASKED, CALLED, HOOKS, PARSE, ROUTE
from incident_hub.host.isolation.raised import rebuilt, told
from incident_hub.host.isolation.reading import Garbage, Reader, parse
from incident_hub.host.isolation.wire import WireError, encode
from incident_hub_hookspecs import Alert, Enrichment, Incident, Link, LlmIdentity

READER, FROZEN = Reader(frozen=False), Reader(frozen=True)
METHODS = [one for room in (*CALLED.values(), *ASKED.values(), HOOKS) for one in room.values()] + [
    PARSE,
    ROUTE,
]
KINDS = {kind for method in METHODS for kind in (*method.order, method.answer)}


def sample(kind: Any, deep: int = 0) -> Any:  # noqa: PLR0911 - a table of cases
    """A value of a type, with every field filled."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return sample(next(one for one in inner if one is not types.NoneType), deep)
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple(sample(one, deep) for one in inner)
    if origin in (tuple, Sequence):
        return (sample(inner[0], deep), sample(inner[0], deep))
    if origin is Mapping:
        return {"ä\n": sample(inner[1], deep)}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return list(kind)[-1]
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(*[sample(hints[one.name], deep + 1) for one in dataclasses.fields(kind)])  # type: ignore[operator]
    return _SCALARS[kind]


_SCALARS: dict[Any, Any] = {
    str: "t\u00e4xt \U0001f525", int: -7, float: 0.25, bool: True, bytes: b"\x00\xff", object: {"any": [1, None]},
    Any: [1], datetime: datetime(2026, 1, 2, 3, 4, 5, 6, UTC), Path: Path("/a"), types.NoneType: None,
}  # fmt: skip


def plain(value: Any) -> Any:
    """The same with lists for tuples, so that values compare that only differ in that."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if dataclasses.is_dataclass(value):
        return (type(value), [plain(getattr(value, one.name)) for one in dataclasses.fields(value)])
    return value


@pytest.mark.parametrize("kind", sorted(KINDS, key=str), ids=str)
def test_every_type_of_the_contract_comes_back_as_it_went(kind: Any) -> None:
    value = sample(kind)
    for reader in (READER, FROZEN):
        assert plain(reader.of(kind)(parse(encode(value)))) == plain(value)


def test_every_record_that_a_call_can_hold_is_covered() -> None:
    crossing = {name for kind in KINDS for name in _records(kind)}
    apart = {"PluginContext", "CallContext", "Command", "GraphQLPart", "IncidentPart", "Migrations", "Route",
             "LlmClient", "WebhookParser", "WebhookRequest", "RouteResponse"}  # fmt: skip
    known = {
        name
        for name in contract.__all__
        if dataclasses.is_dataclass(getattr(contract, name)) and name != "NO_IDENTITY"
    }
    assert known - apart - crossing == set()


def _records(kind: Any) -> set[str]:
    found: set[str] = set()
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        found = {kind.__name__, *(name for one in hints.values() for name in _records(one))}
    return found | {name for one in get_args(kind) for name in _records(one)}


def test_every_union_of_records_is_told_apart_by_name() -> None:
    from incident_hub_hookspecs.endpoint import Basic, Bearer, Endpoint

    sent = Endpoint("e", "http://x", credentials=(Bearer("t"), Basic("u", "p")))
    assert READER.of(Endpoint)(parse(encode(sent))) == sent


def test_what_the_plugin_is_handed_cannot_be_written_to() -> None:
    given = FROZEN.of(Enrichment)(["s", {"a": {"b": [1, {"c": 2}]}}])
    for target in (given.data, given.data["a"], given.data["a"]["b"][1]):
        with pytest.raises(TypeError):
            target["x"] = 1
    assert given.data["a"]["b"] == (1, {"c": 2})


class Evil:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("evil"),))


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (Sequence[Enrichment], pickle.dumps(Evil())),
        (Sequence[Enrichment], b'{"__class__": "os.system"}'),
        (Enrichment, b'["a", {}, "more"]'),
        (Enrichment, b'[["a"], {}]'),
        (Link, b'["a", "0.5", "b"]'),
        (Link, b'["a", true, "b"]'),
        (Link, b'{"other_id": "a", "score": 1, "reason": ""}'),
        (Incident, b"[]"),
        (Incident, b"null"),
        (contract.Severity, b'"P9"'),
        (contract.Severity, b'{"P0": 1}'),
        (datetime, b'"tomorrow"'),
        (datetime, b"5"),
        (bytes, b'"\xc3\xa4"'),
        (bytes, b'"abc"'),
        (int, b"1.5"),
        (int, b"true"),
        (str, b"null"),
        (types.NoneType, b"0"),
        (Alert, b"[" * 600 + b"]" * 600),
    ],
)
def test_what_is_not_of_the_type_is_refused(kind: Any, sent: bytes) -> None:
    with pytest.raises(WireError):
        READER.of(kind)(parse(sent))


def test_a_field_that_is_no_data_cannot_be_sent() -> None:
    class Foreign:
        pass

    class Own(Enrichment):
        extra = "of the plugin"

    @dataclasses.dataclass
    class Record:
        a: int

    for value in (Foreign(), Record(1), {1: 2}, 2**70, "\ud800", lambda: 1):
        with pytest.raises(WireError):
            encode([value])
    assert encode(Own("s")) == b'["s",{}]'
    assert encode(float("nan")) == b"null"


def test_items_that_cannot_be_read_leave_their_neighbours_alone() -> None:
    read = READER.answer(Sequence[Sequence[Link]])
    first, second = read([[["a", 1, "b"], ["a"]], 5])
    assert first[0] == Link("a", 1, "b")
    assert isinstance(first[1], Garbage)
    assert isinstance(second, Garbage)


def test_a_message_that_announces_too_much_is_refused_before_it_comes() -> None:
    frames = Frames()
    with pytest.raises(WireError, match="allowed"):
        list(frames.feed((FRAME_LIMIT + 1).to_bytes(4, "big")))


def test_messages_are_cut_wherever_the_stream_breaks() -> None:
    sent = [b"", b"a", b"bc" * 1000]
    stream = b"".join(framed(one) for one in sent)
    for size in (1, 3, 500, len(stream)):
        frames = Frames()
        parts = [stream[start : start + size] for start in range(0, len(stream), size)]
        assert [one for part in parts for one in frames.feed(part)] == sent


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        ["x"],
        [1, "x"],
        ["DeliveryError", "x", 1, None, ""],
        ["ConfigError", "x"],
        {"a": 1},
        ["a b", "x"],
    ],
)
def test_an_error_that_makes_no_sense_is_still_an_error(said: Any) -> None:
    assert isinstance(rebuilt(said), Exception)


def test_errors_of_the_contract_come_back_whole() -> None:
    error = contract.ConfigError("wrong", "a.b")
    again = rebuilt(parse(encode(told(error))))
    assert (type(again), str(again), again.path) == (contract.ConfigError, "a.b: wrong", "a.b")  # type: ignore[attr-defined]
    assert LlmIdentity() == READER.of(LlmIdentity)(parse(encode(LlmIdentity())))
