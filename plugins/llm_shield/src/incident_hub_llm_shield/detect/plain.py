"""One text as a model reads it: without what only hides it from a reader or a filter."""

import html
import re
import unicodedata

from incident_hub_llm_shield.detect.concepts import segmented

__all__ = ["plain", "unspaced", "without_digits"]

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_TAGS = re.compile("[\U000e0001-\U000e007f]+")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-zA-Z]")
_ALIKE = str.maketrans(
    "аеорсухіїјѕһԁԛԝѵꓲАВЕКМНОРСТУХІЈЅαοινρτυχεκΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɡ",
    "aeopcyxiijshdqwvlABEKMHOPCTYXIJSaoivptuxekABEZHIKMNOPTYXig",
)
_ALIKE_ONLY = frozenset(map(chr, _ALIKE))
_DIGITS = str.maketrans("013457@$!|8", "oieastasilb")
_TOKEN = re.compile(r"[\w@$!|]+")
_SPACED = re.compile(
    r"(?<![^\W_])(?:[^\W_]([ .\-_*·/])\1{0,2}){3,}[^\W_](?:[ .\-_*·/]{1,5}[^\W_](?![^\W_]))*"
)
_LONGEST_WORD = 24
_HYPHENS = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")


def plain(text: str) -> str:
    """Compatible forms folded, invisible characters dropped, look-alike letters in Latin words replaced."""
    if "&#" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _TAGS.sub(lambda found: "".join(chr(ord(c) - 0xE0000) for c in found[0]), text)
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
        text = _latin(text)
    return text.replace("\\n", "\n")


def _latin(text: str) -> str:
    """A word of two scripts is Latin in disguise; so is one of look-alikes only, among Latin words."""
    if not _LATIN.search(text):
        return text
    return _WORD.sub(lambda found: found[0].translate(_ALIKE) if _disguised(found[0]) else found[0], text)


def _disguised(word: str) -> bool:
    if word.isascii():
        return False
    return bool(_LATIN.search(word)) or _ALIKE_ONLY.issuperset(word)


def without_digits(text: str) -> str:
    """Digits and signs that stand for letters as letters, in words that hold both."""

    def letters(found: re.Match[str]) -> str:
        word = found[0]
        spelled = any(map(str.isalpha, word)) or word == "1"
        return word.translate(_DIGITS) if spelled and len(word) < _LONGEST_WORD else word

    return _TOKEN.sub(letters, text)


def unspaced(text: str) -> str:
    """Words that were spelled out, or cut by hyphens, whole again."""
    joined = _SPACED.sub(lambda found: segmented(_join(found)), text)
    return _HYPHENS.sub("", joined) if len(_HYPHENS.findall(joined)) >= 3 else joined


def _join(found: re.Match[str]) -> str:
    """A gap wider than the usual one, or of another kind, is a space between words."""
    run, mark = found[0], found[1]
    gap = re.compile(rf"{re.escape(mark)}(?=[^\W_])")
    words = re.split(r" {2,}|(?<=[^\W_])[^\w]{2,}(?=[^\W_])" if mark == " " else r"\s+", run)
    return " ".join(gap.sub("", word) for word in words)
