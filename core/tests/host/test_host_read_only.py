"""What plugins are handed can be read like any JSON, and written by nobody."""

import copy
import json
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from incident_hub.host.config import HubConfig, NotifyConfig
from incident_hub.host.config_tree import build
from incident_hub.host.read_only import read_only

VALUE = {"a": {"b": [1, {"c": None}]}}


@pytest.mark.parametrize(
    "write",
    [
        lambda one: one.update(x=1),
        lambda one: one.__setitem__("x", 1),
        lambda one: one.__delitem__("a"),
        lambda one: one.pop("a"),
        lambda one: one.popitem(),
        lambda one: one.clear(),
        lambda one: one.setdefault("x", 1),
        lambda one: one.__ior__({"x": 1}),
        lambda one: one["a"].update(x=1),
        lambda one: one["a"]["b"][1].update(x=1),
        lambda one: one["a"]["b"].append(2),
    ],
)
def test_every_way_to_write_is_refused_however_deep(write: Callable[[Any], object]) -> None:
    given = read_only(VALUE)
    with pytest.raises((TypeError, AttributeError)):
        write(given)
    assert given == {"a": {"b": (1, {"c": None})}}


def test_it_reads_like_the_value_itself() -> None:
    given = read_only(VALUE)
    assert json.loads(json.dumps(given)) == orjson.loads(orjson.dumps(given)) == VALUE
    assert copy.deepcopy(given) == copy.copy(given) == given
    mine = dict(given)
    mine["x"] = 1
    assert "x" not in given


def test_what_the_configuration_holds_for_plugins_is_read_only() -> None:
    target = {"channel": "c", "headers": {"a": ["b"]}}
    config = build(HubConfig, {"plugins": {"p": {"list": [{"a": 1}]}}, "notify": {"targets": [target]}}, "")
    assert isinstance(config.notify, NotifyConfig)
    for value in (config.plugins["p"]["list"][0], config.notify.targets[0].options["headers"]):  # type: ignore[index]
        with pytest.raises(TypeError, match="read-only; change a copy"):
            value["x"] = 1
