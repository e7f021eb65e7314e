"""Text from alerts, made fit to be read by people: nothing that hides, reorders, or drives a terminal.

It is still hostile: each sink escapes what is markup to it.
"""

import re

from incident_hub_hookspecs.payload import cut

__all__ = ["one_line", "readable"]

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_TERMINAL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?)?")
# What cannot be seen: bidi controls, zero-width and filler characters, tags, odd variation selectors.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROLS = re.compile("[\x00-\x09\x0e-\x1f\x7f-\x9f]")
_HALVES = re.compile("[\ud800-\udfff]")


def readable(text: str, limit: int) -> str:
    """Without control, bidi and invisible characters; lines stay lines. At most `limit` characters."""
    text = _LINE_ENDS.sub("\n", text[: 4 * limit])  # what is never shown need not be cleaned
    text = _UNSEEN.sub("", _TERMINAL.sub("", text))
    return cut(_HALVES.sub("\ufffd", _CONTROLS.sub(" ", text)).strip(), limit)


def one_line(text: str, limit: int) -> str:
    """As `readable`, on one line: for subjects, names and headers."""
    return cut(" ".join(readable(text, 4 * limit).split()), limit)
