"""What a text holds in other spellings: Base64, hexadecimal, percent signs, Morse, backwards and so on."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from urllib.parse import unquote

__all__ = ["decodings"]

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:(?:\\x|0x)?[0-9a-fA-F]{2}[ :,]?){8,}")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2}[^%\s]{0,3}){4,}\S*")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4}){3,}")
_BITS = re.compile(r"(?:[01]{8}\s?){4,}")
_NUMBERS = re.compile(r"(?:\b\d{2,3}\b[ ,]+){5,}\d{2,3}\b")
_MORSE = re.compile(r"(?:[.\-•\u2013]{1,5}[ /]+){5,}[.\-•\u2013]{1,5}")
_LETTERS = "ETIANMSURWDKGOHVF?L?PJBXCYZQ"
_COMMON_WORDS = """
the and you your all to of is in a that it for on with are as this be have what how do not me my no
ignore instructions rules show previous prompt system reveal tell forget now print text
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_MOST = 20
_LONGEST = 20_000


def decodings(text: str) -> Iterator[str]:
    """Each readable decoding of a part of the text, or of all of it."""
    text = text[:_LONGEST]
    for pattern, decode in _PARTS:
        for found in list(pattern.finditer(text))[:_MOST]:
            told = decode(found[0])
            if _readable(told):
                yield told
    yield from _whole(text)


def _whole(text: str) -> Iterator[str]:
    """The text backwards and turned by 13 letters, if that makes more sense than as it stands."""
    sense = _sense(text)
    for told in (text[::-1], codecs.encode(text, "rot13")):
        better = _sense(told)
        if better >= 2 and better > 2 * sense:
            yield told


def _sense(text: str) -> int:
    return sum(word.strip(".,!?;:") in _COMMON for word in text.lower().split())


def _readable(text: str) -> bool:
    """Letters and spaces for the most part, with no control characters."""
    if len(text) < 4 or not text.replace("\n", " ").replace("\t", " ").isprintable():
        return False
    return sum(c.isalpha() or c == " " for c in text) >= 0.75 * len(text)


def _bytes(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return ""


def _base64(part: str) -> str:
    bare = part.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return _bytes(base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _hex(part: str) -> str:
    digits = re.sub(r"\\x|0x|[ :,]", "", part)
    return _bytes(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _escapes(part: str) -> str:
    return "".join(chr(int(code, 16)) for code in part.split("\\u")[1:])


def _bits(part: str) -> str:
    return _bytes(bytes(int(octet, 2) for octet in re.findall("[01]{8}", part)))


def _numbers(part: str) -> str:
    codes = [int(number) for number in re.findall(r"\d+", part)]
    return "".join(map(chr, codes)) if all(32 <= code < 127 for code in codes) else ""


def _morse(part: str) -> str:
    words = re.split(r"\s*/\s*|\s{2,}", part.replace("•", ".").replace("\u2013", "-"))
    return " ".join("".join(_letter(signs) for signs in word.split()) for word in words)


def _letter(signs: str) -> str:
    """The tree of Morse code as a heap: a dot goes left, a dash right."""
    place = 1
    for sign in signs:
        place = 2 * place + (sign == "-")
    return _LETTERS[place - 2].lower() if 0 <= place - 2 < len(_LETTERS) else ""


_PARTS = (
    (_BASE64, _base64),
    (_HEX, _hex),
    (_PERCENT, unquote),
    (_ESCAPES, _escapes),
    (_BITS, _bits),
    (_NUMBERS, _numbers),
    (_MORSE, _morse),
)
