"""Matchers, as amtool and Grafana write them, are read as Alertmanager reads them."""

import pytest
from incident_hub.api.alertmanager.filters import parse_filter
from incident_hub.api.errors import HttpError
from incident_hub.intake.silences import Matcher


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ('a="b"', [Matcher("a", "b")]),
        ("a=b", [Matcher("a", "b")]),
        ("  a  !=  b c  ", [Matcher("a", "b c", is_equal=False)]),
        ('a=~"b|c"', [Matcher("a", "b|c", is_regex=True)]),
        ("a!~b.*", [Matcher("a", "b.*", is_regex=True, is_equal=False)]),
        (r'a="say \"hi\"\n\\"', [Matcher("a", 'say "hi"\n\\')]),
        (r'a=~"\\d+"', [Matcher("a", r"\d+", is_regex=True)]),
        (r'a=~"x\.y"', [Matcher("a", r"x\.y", is_regex=True)]),
        ("a=", [Matcher("a", "")]),
        ('a=""', [Matcher("a", "")]),
        ("a==~", [Matcher("a", "=~")]),
        ("a=b=c", [Matcher("a", "b=c")]),
        ('"my label"=x', [Matcher("my label", "x")]),
        ("größe=☃", [Matcher("größe", "☃")]),
        ("gen_ai.system=acme", [Matcher("gen_ai.system", "acme")]),
        ("a=b,c", [Matcher("a", "b,c")]),
        ("{}", []),
        ('{a="b"}', [Matcher("a", "b")]),
        ('{a="b,}", c!=d,}', [Matcher("a", "b,}"), Matcher("c", "d", is_equal=False)]),
    ],
)
def test_a_filter_is_read(text: str, matchers: list[Matcher]) -> None:
    assert parse_filter(text) == matchers


@pytest.mark.parametrize(
    "text", ["", "a", "=b", 'a="b', 'a=b"', 'a="b"c', "a b=c", "{a}", "{a=b", "{,}", "a=~(", 'a=~"(x+)+"']
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(HttpError, match="bad matcher format") as refused:
        parse_filter(text)
    assert refused.value.status == 400
