import pytest
from incident_hub_hookspecs import DeliveryError
from incident_hub_hookspecs.outgoing import target_text
from incident_hub_hookspecs.outgoing_text import one_line, readable
from incident_hub_hookspecs.testing import HOSTILE_TEXTS


@pytest.mark.parametrize("text", [*HOSTILE_TEXTS.values(), "\ud800half", "\0"], ids=ascii)
def test_what_is_left_can_be_printed_line_by_line(text: str) -> None:
    assert all(line.replace("\u0378", "").isprintable() for line in readable(text, 1000).split("\n"))
    assert one_line(text, 1000).isprintable()
    readable(text, 1000).encode()


def test_what_hides_reorders_or_drives_a_terminal_is_gone() -> None:
    hidden = "\x1b[31mred\x1b[0m \u202eexe\u202c a\u200bb \U000e0041tag \x1b]0;title\x07end"
    assert one_line(hidden, 100) == "red exe ab tag end"
    assert readable("a\r\nb\u2028c\x0bd", 100) == "a\nb\nc\nd"
    assert one_line("  a\r\nBcc: x\n", 100) == "a Bcc: x"


def test_a_megabyte_is_cut_and_says_so() -> None:
    assert readable("x" * 1_000_000, 50) == "x" * 49 + "…"
    assert one_line("x " * 500_000, 50).endswith("…")
    assert len(one_line("x " * 500_000, 50)) <= 50


def test_a_target_holds_lines_of_text() -> None:
    assert target_text({"a": "b"}, "a") == "b"
    assert target_text({}, "a", "usual") == "usual"
    for wrong in (None, 1, [], "a\r\nb"):
        with pytest.raises(DeliveryError) as caught:
            target_text({"a": wrong}, "a")
        assert caught.value.retry is False
